//! Files for the people who edit a pack: a hook before each commit, and what an editor needs to complete and explain.

use serde_json::{Map, Value, json};

use crate::schema::{DOCUMENTS, Document};

/// Schemas of the YAML files of a pack: file name of the schema, and which files of the pack it is for.
fn schemas() -> impl Iterator<Item = (String, &'static str, &'static Document)> {
    DOCUMENTS.iter().filter(|document| document.files.rsplit('.').next() == Some("yaml")).map(|document| (document.file_name(), document.files, document))
}

/// The schemas themselves, by file name: the editor's copy lies beside the pack that it was written for.
pub fn schema_files() -> impl Iterator<Item = (String, String)> {
    schemas().map(|(name, _, document)| (name, document.text()))
}

/// The schema of a file of a pack, if there is one.
pub fn schema_of(file: &str) -> Option<String> {
    schemas()
        .find(|(_, files, _)| match files.split_once('*') {
            Some((folder, ending)) => file.starts_with(folder) && file.ends_with(ending),
            None => file == *files,
        })
        .map(|(schema, ..)| schema)
}

/// `.vscode/settings.json` of a repository whose pack stands in `folder` (`.` is its root), the schemas beside the pack.
pub fn vscode_settings(folder: &str) -> String {
    let below = if folder == "." { String::new() } else { format!("{folder}/") };
    let schemas: Map<String, Value> = schemas().map(|(schema, files, _)| (format!("./{below}schemas/{schema}"), json!([format!("{below}{files}")]))).collect();
    let settings = json!({
        "yaml.schemas": schemas,
        "yaml.schemaStore.enable": true,
        "[yaml]": {"editor.tabSize": 2, "editor.insertSpaces": true, "editor.autoIndent": "advanced"},
        "files.encoding": "utf8",
    });
    format!("{settings:#}\n")
}

/// `.editorconfig` of a pack: a tab or another encoding is an error in YAML that is hard to see.
pub const EDITORCONFIG: &str = "\
[*.{yaml,yml,csv,md}]
charset = utf-8
end_of_line = lf
insert_final_newline = true
trim_trailing_whitespace = true

[*.{yaml,yml}]
indent_style = space
indent_size = 2
";

/// `.pre-commit-config.yaml` of a repository whose pack stands in `folder`.
pub fn pre_commit(folder: &str) -> String {
    let (arguments, below) = if folder == "." { (String::new(), String::new()) } else { (format!(" {folder}"), format!("{}/", folder.replace('.', "\\."))) };
    format!(
        "\
# Runs before each commit, once `pre-commit install` was run here. The hook takes the carepact that is on your path.
repos:
  - repo: local
    hooks:
      - id: carepact-check-system
        name: data-sharing agreements are in order
        entry: carepact check{arguments} --quiet -f short
        language: system
        files: ^{below}.*\\.(ya?ml|csv)$
        pass_filenames: false
        require_serial: true
      - id: carepact-test-system
        name: tests of the data-sharing agreements
        entry: carepact test{arguments} --quiet
        language: system
        files: ^{below}.*\\.(ya?ml|csv)$
        pass_filenames: false
        require_serial: true
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_yaml_file_of_a_template_has_a_schema() {
        for template in &crate::template::ALL {
            for (name, _) in template.files {
                assert_eq!(schema_of(name).is_some(), std::path::Path::new(name).extension().is_some_and(|end| end == "yaml"), "{name}");
            }
        }
    }
}
