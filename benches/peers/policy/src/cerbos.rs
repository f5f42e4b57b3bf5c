//! The same questions put to a Cerbos server: its binary from npm, a policy written from the pack, HTTP on this machine.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use carepact::agreement::valid::Joined;
use carepact::decision::Question;
use carepact::identifier::Date;
use carepact::pack::Pack;
use carepact::register::OrgId;
use carepact::vocabulary::{NodeId, Tree};
use serde_json::{Value, json};

use crate::export::{self, Language};

/// How many resources one request asks about; Cerbos takes no more unless it is told to.
pub const AT_ONCE: usize = 50;

/// The pack as one resource policy.
fn policy(pack: &Pack) -> Value {
    let rules: Vec<Value> = export::written(pack, Language::Cel)
        .into_iter()
        .enumerate()
        .map(|(number, rule)| {
            let unless = if rule.unless.is_empty() { String::new() } else { format!(" && !({})", rule.unless.join(" || ")) };
            json!({
                "name": format!("rule-{number}"),
                "actions": rule.actions,
                "effect": if rule.allows { "EFFECT_ALLOW" } else { "EFFECT_DENY" },
                "roles": ["*"],
                "condition": {"match": {"expr": format!("{}{unless}", rule.when)}},
            })
        })
        .collect();
    json!({"apiVersion": "api.cerbos.dev/v1", "resourcePolicy": {"version": "default", "resource": "record", "rules": rules}})
}

/// A name and those above it.
fn above(tree: &Tree, id: NodeId) -> Vec<&str> {
    let mut names: Vec<&str> = std::iter::successors(Some(id), |at| tree.node(*at).parent).map(|id| tree.path(id)).collect();
    if names.last() != Some(&"any") {
        names.push("any");
    }
    names
}

/// What an organisation is on a day: its functions and places with those above them, and what it has joined.
fn organisation(pack: &Pack, id: OrgId, on: Date) -> [Vec<String>; 3] {
    let (words, organisation) = (&pack.words, pack.register.organisation(id));
    let names = |tree: &Tree, held: Vec<NodeId>| -> Vec<String> {
        let mut all: Vec<String> = held.into_iter().flat_map(|id| above(tree, id)).map(str::to_owned).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let functions = names(&words.functions, organisation.functions.iter().filter(|held| held.during.contains(on)).map(|held| held.value).collect());
    let places = names(&words.places, organisation.places.iter().filter(|held| held.during.contains(on)).map(|held| held.value).collect());
    let mut joined = Vec::new();
    for agreement in &pack.agreements {
        for (number, party) in agreement.parties.iter().enumerate() {
            if let Joined::ByFile(list) = &party.joined
                && list.get(&id).is_some_and(|list| list.iter().any(|one| one.during.contains(on)))
            {
                joined.push(export::joined(agreement, number, party));
            }
        }
    }
    [functions, places, joined]
}

/// A request: questions of one role at one organisation.
pub fn request(pack: &Pack, kind: &str, cases: &[(Question, u64)]) -> String {
    let words = &pack.words;
    let (first, _) = cases[0];
    let at = first.at.map(|at| organisation(pack, at, first.on)).unwrap_or_default();
    let resources: Vec<Value> = cases
        .iter()
        .enumerate()
        .map(|(number, (case, truth))| {
            let [functions, places, joined] = organisation(pack, case.of, case.on);
            let facts: serde_json::Map<String, Value> =
                words.conditions.iter().enumerate().map(|(bit, fact)| (fact.name.clone(), json!(truth >> bit & 1 == 1))).collect();
            let action = &words.actions[usize::from(case.action)];
            json!({"actions": [action], "resource": {"kind": kind, "id": number.to_string(), "attr": {
                "data": above(&words.data, case.data),
                "purpose": above(&words.purposes, case.purpose),
                "form": words.forms[usize::from(case.form)],
                "action": action,
                "day": case.on.days(),
                "of": pack.register.organisation(case.of).ods.as_str(),
                "of_function": functions,
                "of_place": places,
                "of_joined": joined,
                "facts": facts,
            }}})
        })
        .collect();
    json!({
        "requestId": "bench",
        "principal": {"id": "asker", "roles": ["asker"], "attr": {
            "role": above(&words.roles, first.role),
            "own": first.at.is_none(),
            "at": first.at.map_or("", |at| pack.register.organisation(at).ods.as_str()),
            "at_function": at[0],
            "at_place": at[1],
            "at_joined": at[2],
        }},
        "resources": resources,
    })
    .to_string()
}

/// A server that ends with the value.
pub struct Server {
    child: Child,
    url: String,
    agent: ureq::Agent,
    _dir: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts it on a pack, and waits until it answers.
    pub fn start(binary: &Path, pack: &Pack) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let policies = dir.path().join("policies");
        std::fs::create_dir(&policies).expect("a folder");
        std::fs::write(policies.join("record.json"), policy(pack).to_string()).expect("written");
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port();
        let set = |name: &str, value: &str| format!("--set={name}={value}");
        let child = Command::new(binary)
            .args(["server", "--log-level=error"])
            .args([
                set("server.httpListenAddr", &format!("127.0.0.1:{port}")),
                set("server.grpcListenAddr", &format!("unix:{}", dir.path().join("grpc.sock").display())),
                set("storage.driver", "disk"),
                set("storage.disk.directory", &policies.display().to_string()),
                set("telemetry.disabled", "true"),
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap_or_else(|error| match error.kind() {
                ErrorKind::NotFound => panic!("{} is not there", binary.display()),
                _ => panic!("{error}"),
            });
        let server = Self { child, url: format!("http://127.0.0.1:{port}"), agent: ureq::Agent::new_with_defaults(), _dir: dir };
        let start = Instant::now();
        while server.agent.get(format!("{}/_cerbos/health", server.url)).call().is_err() {
            assert!(start.elapsed() < Duration::from_secs(30), "Cerbos does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    /// Which questions of a request are allowed.
    pub fn ask(&self, request: &str) -> Vec<bool> {
        let mut response = self
            .agent
            .post(format!("{}/api/check/resources", self.url))
            .content_type("application/json")
            .send(request)
            .unwrap_or_else(|error| panic!("{error}"));
        let said: Value = serde_json::from_str(&response.body_mut().read_to_string().expect("text")).expect("JSON");
        let results = said["results"].as_array().expect("results");
        let allowed = |result: &Value| result["actions"].as_object().is_some_and(|actions| actions.values().all(|effect| effect == "EFFECT_ALLOW"));
        results.iter().map(allowed).collect()
    }
}
