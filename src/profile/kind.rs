//! Kinds of columns, and the names they go by.

/// How a column could single people out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nothing by itself.
    Other,
    /// Says something a person would not want known.
    Sensitive,
    /// Together with others it singles people out.
    Quasi,
    /// It identifies by itself, or nearly.
    Direct,
}

macro_rules! kinds {
    ($($kind:ident, $word:literal, $class:ident, $words:literal;)*) => {
        /// What a column holds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $words] $kind,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// The stable word of results.
            pub fn word(self) -> &'static str {
                match self { $(Self::$kind => $word,)* }
            }

            /// For a person.
            pub fn in_words(self) -> &'static str {
                match self { $(Self::$kind => $words,)* }
            }

            /// How it could single people out.
            pub fn class(self) -> Class {
                match self { $(Self::$kind => Class::$class,)* }
            }
        }
    };
}

kinds! {
    NhsNumber, "nhs_number", Direct, "NHS number";
    LocalId, "local_id", Direct, "local patient number";
    Pathway, "pathway_id", Direct, "spell, pathway or referral number";
    NiNumber, "ni_number", Direct, "National Insurance number";
    Name, "name", Direct, "name of a person";
    Address, "address", Direct, "address";
    Uprn, "uprn", Direct, "number of a dwelling (UPRN)";
    Email, "email", Direct, "e-mail address";
    Phone, "phone", Direct, "telephone number";
    Staff, "staff", Direct, "member of staff";
    FreeText, "free_text", Direct, "free text";
    Attachment, "attachment", Direct, "document or image";
    Coordinates, "coordinates", Direct, "position on a map";
    BirthDate, "birth_date", Quasi, "date of birth";
    DeathDate, "death_date", Quasi, "date of death";
    EventDate, "event_date", Quasi, "date of an event";
    Postcode, "postcode", Quasi, "postcode";
    Lsoa, "lsoa", Quasi, "small area (LSOA, MSOA)";
    Sex, "sex", Quasi, "sex or gender";
    Ethnicity, "ethnicity", Quasi, "ethnic category";
    Belief, "belief", Quasi, "religion, sexuality, disability, language or marital status";
    Age, "age", Quasi, "age in years";
    OdsCode, "ods_code", Other, "organisation (ODS code)";
    NhsStatus, "nhs_status", Other, "status of the NHS number";
    Icd10, "icd10", Sensitive, "ICD-10 diagnosis";
    Snomed, "snomed", Sensitive, "SNOMED CT concept";
    Diagnosis, "diagnosis", Sensitive, "clinical code";
    Cost, "cost", Other, "amount of money";
    Unknown, "unknown", Other, "not recognised";
}

/// Names as they are written once they are small letters and digits alone; `*` at the end: what begins so. An exact
/// name wins over a beginning, a longer beginning over a shorter one. The names are those of SUS/CDS, MHSDS, CSDS, GP
/// extracts, HL7 v2 and FHIR.
const NAMES: &[(Kind, &str)] = &[
    (
        Kind::NhsNumber,
        "nhsnumber nhsno nhsnum nhsid newnhsno nhs nhsnumberofbaby mothernhsnumber mothersnhsnumber babynhsnumber pseudonhsnumber patientnhsnumber chi chinumber hcnumber nhsn*",
    ),
    (
        Kind::NhsStatus,
        "nhsnumberstatus nhsnumberstatusindicator nhsnumberstatusindicatorcode nhsnostatus nhsstatus nhsnumberverificationstatus nhsnumberstatus*",
    ),
    (
        Kind::LocalId,
        "localpatientid localpatientidentifier localpatientidentifierextended lpi mrn hospitalnumber hospitalno hospno pasid pasnumber patientid personid patientguid patientno patientnumber patid emispatientid rio rioid casenumber clientid serviceuserid localid rowguid guid localpatientid* motherlocalid mothersid",
    ),
    (
        Kind::Pathway,
        "hospitalproviderspellno hospitalproviderspellnumber spellnumber spellno spellid pathwayid patientpathwayidentifier ubrn ubrnconverted localcritcareid servicerequestid uniqservreqid carecontactid wardstayid consultationid referralid attendanceid encounterid episodeid accountnumber visitnumber",
    ),
    (Kind::NiNumber, "ninumber nino nationalinsurancenumber nationalinsuranceno"),
    (
        Kind::Name,
        "name fullname patientname forename forenames firstname surname lastname familyname givenname givennames middlename middlenames title alias preferredname knownas maidenname carername mothername mothersname fathername fathersname nextofkin nok* surname* forename* patientname*",
    ),
    (
        Kind::Address,
        "address street town county city housename housenumber patientusualaddress usualaddress address* add1 add2 add3 add4 add5 addr* line1 line2 line3 line4 line5 addressline*",
    ),
    (Kind::Uprn, "uprn udprn uniquepropertyreferencenumber uprn*"),
    (Kind::Postcode, "postcode pcode pcd postcodeofusualaddress homepostcode patientpostcode zip zipcode postalcode postcode* pcds"),
    (Kind::Lsoa, "lsoa msoa oa11 oa21 lsoa* msoa* outputarea smallarea"),
    (Kind::BirthDate, "dob dateofbirth birthdate datebirth personbirthdate mothersbirthdate motherbirthdate babybirthdate patientdob born birthday dob*"),
    (Kind::DeathDate, "dod dateofdeath deathdate persdeathdate deceaseddate deceaseddatetime persondeathdate"),
    (
        Kind::EventDate,
        "admission admissiondate admitted discharge dischargedate discharged attendancedate arrivaldate referraldate contactdate carecontdate appointmentdate appointment epistart epiend episodestart episodeend startdate enddate eventdate effectivedate registrationdate deductiondate date admidate disdate issuedate testdate sampledate prescribeddate admissiondate* dischargedate* visitdate datetime timestamp encounterdate procedure_date proceduredate",
    ),
    (Kind::Phone, "phone telephone telno telephoneno mobile mobileno mobilenumber homephone workphone phonenumber phone* tel telephone* contactnumber"),
    (Kind::Email, "email emailaddress mail nhsmail email*"),
    (
        Kind::FreeText,
        "note notes comment comments narrative summary text freetext associatedtext letter findings opinion reason description remarks history presentingcomplaint note* comment* narrative* letter* freetext* remark*",
    ),
    (Kind::Attachment, "document blob base64 attachment image photo scan file document* attachment*"),
    (
        Kind::Staff,
        "sdsuserid uid staffid staffnumber userid username user gmcno gmcnumber consultantcode gpcode usualgp gpname prescriberid prescriber recordedby enteredby clinician clinicianid consultant nurse doctor seenby staff* clinicianname",
    ),
    (
        Kind::Sex,
        "sex gender gendercode personstatedgendercode personphenotypicsex genderidcode persongendercode persongendercodecurrent sexcode legalsex gendersameatbirth gender*",
    ),
    (Kind::Ethnicity, "ethnicity ethnic ethnicgroup ethniccategory ethnicorigin race ethnic* ethnos"),
    (
        Kind::Belief,
        "religion faith sexualorientation disability language languagecode languagecodepreferred preferredlanguage maritalstatus religion* sexualorient* disab* nationality countryofbirth occupation employmentstatus accommodationstatus",
    ),
    (Kind::Age, "age ageyears ageinyears ageatadmission ageatevent patientage startage ageatattendance"),
    (
        Kind::OdsCode,
        "ods odscode practice practicecode gppractice gppracticecode orgidgp orgcode orgid organisation organisationcode provider providercode procode procodet sitecode site siteods sitetret commissioner commissionercode orgid* surgery practicecode* icb icbcode trust trustcode ccg",
    ),
    (Kind::Icd10, "icd10 icd icd10code primaryicd10 icd10* diagnosisicd10"),
    (Kind::Snomed, "snomed snomedcode snomedct conceptid sctid snomedctcode snomed* clinicalcode"),
    (
        Kind::Diagnosis,
        "diagnosis primarydiagnosis diag diag01 diagnosiscode problem problemcode condition readcode ctv3 opcs opcs4 procedure procedurecode code diagnosis* diag* medication drug dmd",
    ),
    (Kind::Cost, "cost price tariff amount charge totalcost activitycost nationaltariff cost* tariff*"),
    (Kind::Coordinates, "lat latitude lon lng long longitude easting northing gridref gridreference"),
];

/// A name in small letters and digits alone.
pub fn plain_name(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What a name says.
pub fn by_name(name: &str) -> Option<Kind> {
    let plain = plain_name(name);
    // `patient_dob`, `pt_surname`, `client_postcode`: who it is about says nothing of what it is.
    let stripped = ["patient", "person", "client", "pt"].iter().find_map(|who| plain.strip_prefix(who)).filter(|rest| rest.len() > 2);
    find(&plain).or_else(|| stripped.and_then(find))
}

fn find(plain: &str) -> Option<Kind> {
    let mut best: Option<(usize, Kind)> = None;
    for (kind, names) in NAMES {
        for name in names.split_ascii_whitespace() {
            let length = match name.strip_suffix('*') {
                Some(start) if plain.starts_with(start) => start.len(),
                None if plain == name => usize::MAX,
                _ => continue,
            };
            if best.is_none_or(|(longest, _)| length > longest) {
                best = Some((length, *kind));
            }
        }
    }
    best.map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_national_layouts_are_known() {
        let known = [
            ("NHS_Number", Kind::NhsNumber),
            ("NHSNumberStatus", Kind::NhsStatus),
            ("PersonBirthDate", Kind::BirthDate),
            ("Patient DOB", Kind::BirthDate),
            ("OrgIDLocalPatientId", Kind::OdsCode),
            ("LocalPatientID", Kind::LocalId),
            ("EthnicCategory2021", Kind::Ethnicity),
            ("Address3", Kind::Address),
            ("AssociatedText", Kind::FreeText),
            ("LSOA_2021", Kind::Lsoa),
            ("Postcode of usual address", Kind::Postcode),
            ("UBRN", Kind::Pathway),
            ("NOK telephone", Kind::Name),
        ];
        for (name, kind) in known {
            assert_eq!(by_name(name), Some(kind), "{name}");
        }
        for name in ["x", "col7", "", "zzz", "value_2"] {
            assert_eq!(by_name(name), None, "{name}");
        }
    }

    #[test]
    fn no_name_stands_for_two_kinds() {
        let mut seen = std::collections::BTreeMap::new();
        for (kind, names) in NAMES {
            for name in names.split_ascii_whitespace() {
                let other = seen.insert(name, kind);
                assert!(other.is_none_or(|other| other == kind), "{name}");
            }
        }
    }
}
