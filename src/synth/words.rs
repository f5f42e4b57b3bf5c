//! Words that synthetic names are put together from.

/// Trees and such, for organisations.
pub const TREES: [&str; 48] = [
    "Alder",
    "Apple",
    "Ash",
    "Aspen",
    "Bay",
    "Beech",
    "Birch",
    "Blackthorn",
    "Box",
    "Bramble",
    "Broom",
    "Cedar",
    "Cherry",
    "Chestnut",
    "Clover",
    "Cypress",
    "Dogwood",
    "Elder",
    "Elm",
    "Fern",
    "Fir",
    "Gorse",
    "Hawthorn",
    "Hazel",
    "Heather",
    "Holly",
    "Hornbeam",
    "Ivy",
    "Juniper",
    "Larch",
    "Laurel",
    "Lavender",
    "Lilac",
    "Lime",
    "Linden",
    "Maple",
    "Medlar",
    "Myrtle",
    "Oak",
    "Pear",
    "Pine",
    "Plum",
    "Poplar",
    "Rowan",
    "Sorrel",
    "Sycamore",
    "Willow",
    "Yew",
];

/// Where a practice stands.
pub const SPOTS: [&str; 12] = ["Lane", "Street", "Road", "Bank", "Grove", "Hill", "Brook", "Gate", "Mill", "Bridge", "Square", "Croft"];

/// What a practice calls itself.
pub const PRACTICES: [&str; 5] = ["Surgery", "Medical Centre", "Health Centre", "Practice", "Family Practice"];

/// First names.
pub const FORENAMES: [&str; 40] = [
    "Aisha", "Alan", "Amir", "Anna", "Ben", "Bethany", "Carol", "Chloe", "Daniel", "David", "Deepa", "Elena", "Ethan", "Fatima", "Gareth", "Grace", "Hannah",
    "Imran", "Jack", "Jade", "James", "Karen", "Kofi", "Laura", "Leah", "Liam", "Maria", "Mohammed", "Nadia", "Noah", "Olivia", "Oscar", "Priya", "Rachel",
    "Ravi", "Sam", "Sofia", "Thomas", "Wei", "Zara",
];

/// Family names.
pub const SURNAMES: [&str; 50] = [
    "Adeyemi", "Ahmed", "Ali", "Allen", "Bailey", "Baker", "Begum", "Bennett", "Brown", "Butler", "Campbell", "Chan", "Clarke", "Cooper", "Davies", "Edwards",
    "Evans", "Fletcher", "Foster", "Green", "Hall", "Harris", "Hill", "Hughes", "Hussain", "Iqbal", "Jackson", "Johnson", "Jones", "Kaur", "Khan", "Kowalski",
    "Lewis", "Mahmood", "Mensah", "Mitchell", "Moore", "Nowak", "OBrien", "Patel", "Robinson", "Shah", "Singh", "Smith", "Taylor", "Thomas", "Walker", "White",
    "Wilson", "Wright",
];

/// Diagnoses as ICD-10 codes.
pub const DIAGNOSES: [&str; 24] = [
    "A09", "B34.9", "C50.9", "E11.9", "E78.0", "F32.1", "G43.9", "H25.9", "I10", "I21.9", "I48", "I50.0", "J18.9", "J44.1", "K35.8", "K80.2", "L03.1", "M16.1",
    "M54.5", "N39.0", "O80", "R07.4", "S72.0", "Z51.1",
];

/// Short notes.
pub const NOTES: [&str; 12] = [
    "Seen in clinic and medicines reviewed",
    "Reviewed by the team on the ward round",
    "Discharged home with a care plan",
    "Follow up arranged in six weeks",
    "Awaiting results before next review",
    "Care plan agreed with the patient",
    "Medication reviewed and dose reduced",
    "Transferred to the ward overnight",
    "No further action at this attendance",
    "Referred on to community services",
    "Stable overnight and eating well",
    "Family informed of the plan for home",
];

/// Ethnic categories, 16 + 1, and not stated.
pub const ETHNICITIES: [&str; 18] = ["A", "A", "B", "C", "D", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "Z", "A"];
