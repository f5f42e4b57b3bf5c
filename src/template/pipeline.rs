//! Files that let a pipeline check a pack before a change is merged. They run commands of this very version.

/// A place where pipelines run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// GitHub Actions.
    Github,
    /// GitLab CI.
    Gitlab,
    /// Azure Pipelines.
    Azure,
}

impl Service {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Github, Self::Gitlab, Self::Azure];

    /// Where its file stands, relative to the repository's root.
    pub fn path(self) -> &'static str {
        match self {
            Self::Github => ".github/workflows/carepact.yml",
            Self::Gitlab => ".gitlab-ci.yml",
            Self::Azure => "azure-pipelines.yml",
        }
    }

    /// The file, for a pack in `folder` of the repository (`.` is its root; see [`fits_in_a_command`]) and a version of
    /// carepact.
    pub fn file(self, folder: &str, version: &str) -> String {
        let text = match self {
            Self::Github => GITHUB,
            Self::Gitlab => GITLAB,
            Self::Azure => AZURE,
        };
        text.replace("@PACK@", folder).replace("@VERSION@", version)
    }
}

/// Whether a folder's name can stand in a command of a pipeline without quotes, and means only itself there.
pub fn fits_in_a_command(folder: &str) -> bool {
    !folder.is_empty() && !folder.starts_with('-') && folder.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-' | '/'))
}

/// Actions are named by commit, so that nobody can change what runs by moving a tag.
const GITHUB: &str = "\
# Checks the data-sharing agreements of this repository before a change to them is merged.
name: carepact

on:
  push:
    branches: [main]
  pull_request:
  schedule:
    - cron: '17 6 * * 1'   # Mondays: agreements end and reviews fall due without anybody changing a file

permissions: {}

concurrency:
  group: carepact-${{ github.ref }}
  cancel-in-progress: true

jobs:
  agreements:
    runs-on: ubuntu-24.04
    timeout-minutes: 20
    permissions:
      contents: read
      actions: read            # upload-sarif asks for it in a private repository
      security-events: write   # findings in the Security tab; take the line and the upload step out where code scanning is off
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          persist-credentials: false
      - id: cache
        uses: actions/cache@0057852bfaa89a56745cba8c7296529d2fc39830 # v4.3.0
        with:
          path: ~/.cargo/bin/carepact
          key: carepact-@VERSION@-${{ runner.os }}-${{ runner.arch }}
      - name: Install carepact @VERSION@
        if: steps.cache.outputs.cache-hit != 'true'
        run: |
          rustup toolchain install stable --profile minimal --no-self-update
          cargo +stable install carepact --version @VERSION@ --locked
      - name: Check the agreements
        run: |
          carepact check @PACK@ -f github -o sarif:carepact.sarif -o junit:carepact-check.xml
      - name: Run the tests of the pack
        if: ${{ !cancelled() }}
        run: |
          carepact test @PACK@
      - name: Show findings in the Security tab
        if: ${{ !cancelled() && hashFiles('carepact.sarif') != '' && github.event.pull_request.head.repo.fork != true }}
        uses: github/codeql-action/upload-sarif@662472033e021d55d94146f66f6058822b0b39fd # v3.27.0
        with:
          sarif_file: carepact.sarif
          category: carepact
      - name: Keep the results
        if: ${{ !cancelled() }}
        uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        with:
          name: carepact
          path: |
            carepact.sarif
            carepact-check.xml
          if-no-files-found: ignore
";

const GITLAB: &str = "\
# Checks the data-sharing agreements of this repository before a change to them is merged.
carepact:
  stage: test
  image: rust:1.95-slim
  rules:
    - if: $CI_PIPELINE_SOURCE == 'schedule'   # agreements end and reviews fall due without anybody changing a file
    - if: $CI_PIPELINE_SOURCE == 'merge_request_event'
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  cache:
    key: carepact-@VERSION@
    paths: [.carepact-bin/]
  before_script:
    - apt-get update -qq && apt-get install -qq -y --no-install-recommends gcc libc6-dev
    - test -x .carepact-bin/bin/carepact || cargo install carepact --version @VERSION@ --locked --root .carepact-bin
    - export PATH=\"$PWD/.carepact-bin/bin:$PATH\"
  script:
    - carepact check @PACK@ -o gitlab:gl-code-quality-report.json -o junit:carepact-check.xml
    - carepact test @PACK@
  artifacts:
    when: always
    expire_in: 3 months
    reports:
      codequality: gl-code-quality-report.json
      junit: carepact-check.xml
";

const AZURE: &str = "\
# Checks the data-sharing agreements of this repository before a change to them is merged.
trigger:
  branches:
    include: [main]
pr:
  branches:
    include: ['*']
schedules:
  - cron: '17 6 * * 1'
    displayName: Mondays, since agreements end without anybody changing a file
    branches:
      include: [main]
    always: true

pool:
  vmImage: ubuntu-24.04

steps:
  - checkout: self
    persistCredentials: false
  - script: |
      rustup toolchain install stable --profile minimal --no-self-update
      cargo +stable install carepact --version @VERSION@ --locked
    displayName: Install carepact @VERSION@
  - script: |
      carepact check @PACK@ -f azure -o junit:carepact-check.xml
    displayName: Check the agreements
  - script: |
      carepact test @PACK@
    displayName: Run the tests of the pack
    condition: succeededOrFailed()
  - task: PublishTestResults@2
    displayName: Show the results
    condition: succeededOrFailed()
    inputs:
      testResultsFormat: JUnit
      testResultsFiles: carepact-check.xml
      testRunTitle: carepact
";
