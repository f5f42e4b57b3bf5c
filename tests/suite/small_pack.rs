//! A small synthetic pack, written out so that a test shows all that its answer depends on.

use std::path::Path;

/// Files of the pack: two trusts, a practice, a council, a care home; one agreement and one guard.
pub const FILES: [(&str, &str); 8] = [
    ("pack.yaml", "pack: small\nformat: carepact.pack/1\ntitle: Small synthetic community\nsynthetic: true\n"),
    (
        "vocabulary.yaml",
        "\
functions: {nhs: {acute: {}, gp_practice: {}}, council: {adult_social_care: {}}, care_home: {}, supplier: {}}
places: {gm: {bolton: {}, glossop: {}}}
roles: {clinician: {doctor: {}, nurse: {}}, restricted_view: {social_worker: {}}, analyst: {}, person: {}, proxy: {}}
data:
  record: {medications: {}, results: {}, documents: {discharge: {}, letter: {}}, sexual_health: {restricted: named_only},
           assisted_conception: {restricted: statute, gateways: [person_consent]}}
purposes: {individual_care: {direct_care: {}, emergency_care: {}}, patient_access: {}, research: {}}
conditions:
  relationship: {meaning: there is a legitimate relationship, evidence: explained}
  objection_upheld: {meaning: the objection was upheld, evidence: table.objections}
  break_glass: {meaning: emergency access was recorded, evidence: event.break_glass, with: reason}
  person_consent: {meaning: the person consented}
  identity_checked: {meaning: identity was checked}
  serious_harm: {meaning: serious harm is likely}
",
    ),
    (
        "register/organisations.csv",
        "ods,name,kind,opened,closed,successor\nR9A,Synthetic Oak Trust,trust,2010-01-01,,\nR9B,Synthetic Elm Trust,trust,2010-01-01,2026-06-30,R9A\nY99001,Synthetic Practice,gp_practice,2010-01-01,,\n9Z1,Synthetic Council,council,2010-01-01,,\nVZ999,Synthetic Home,care_home,2026-05-01,,\n",
    ),
    (
        "register/functions.csv",
        "ods,function,from,to\nR9A,acute,2010-01-01,\nR9B,acute,2010-01-01,\nY99001,gp_practice,2010-01-01,\n9Z1,adult_social_care,2010-01-01,\nVZ999,care_home,2026-05-01,\n",
    ),
    (
        "register/memberships.csv",
        "ods,place,kind,from,to\nR9A,bolton,borough,2010-01-01,\nR9B,bolton,borough,2010-01-01,\nY99001,bolton,borough,2010-01-01,\n9Z1,bolton,borough,2010-01-01,\nVZ999,glossop,borough,2026-05-01,2026-09-30\n",
    ),
    (
        "agreements/care.yaml",
        "\
agreement: SM-1
title: Synthetic care record
version: \"1.0\"
status: active
starts: 2026-04-01
ends: 2027-03-31
suspended: [{from: 2026-12-01, to: 2026-12-10}]
parties:
  providers: {function: [nhs, council.adult_social_care], in: gm, as: joint_controller, joined: accessions/1.csv}
  homes: {function: care_home, in: gm, as: recipient, joined: accessions/1.csv}
basis:
  individual_care: [{article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}]
grants:
  g1: {to: {role: clinician}, see: record, for: individual_care, when: relationship and not objection_upheld}
  g2: {to: {role: restricted_view, function: [care_home, council.adult_social_care]}, see: [medications, documents.discharge], for: direct_care,
       when: relationship and not objection_upheld, starts: 2026-07-01}
  g3: {to: {role: doctor, function: acute}, see: [record, sexual_health], for: emergency_care, when: break_glass, then: {reason: required}}
  g4: {to: {role: person}, see: record, may: [view, print], for: patient_access, when: identity_checked and not serious_harm}
  g5: {to: {role: doctor}, see: assisted_conception, for: direct_care, when: relationship and person_consent}
prohibits:
  p1: {to: {role: analyst}, see: record, form: identifiable, for: any}
  p2: {to: {role: nurse}, see: results, for: any, when: break_glass}
",
    ),
    (
        "accessions/1.csv",
        "ods,joined,left,signed_on,signed_by\nR9A,2026-04-01,,2026-03-20,SIRO\nR9B,2026-04-01,,2026-03-20,SIRO\nY99001,2026-04-01,2026-10-31,2026-03-20,Partner\n9Z1,2026-04-15,,2026-04-10,SIRO\nVZ999,2026-06-01,,2026-05-20,Manager\n",
    ),
    ("guards.yaml", "prohibits:\n  hfea: {see: assisted_conception, for: any, unless: person_consent, reason: HFE Act 1990 s33A}\n"),
];

/// Writes the pack, with some files replaced or added.
pub fn write(dir: &Path, changed: &[(&str, &str)]) {
    for (name, text) in FILES.iter().chain(changed) {
        let path = dir.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }
}
