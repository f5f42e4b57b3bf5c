// Runs the binary over a hostile pack in every format and proves what it wrote with validators and parsers of others' rules.
// Usage: node check.mjs BINARY EXAMPLE_PACK FOLDER_WITH_JUNIT_XSD OUT_FOLDER
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parseAzure, parseGithub } from "./annotations.mjs";
import { hostilePack } from "./hostile.mjs";

const [binary, example, xsd, out] = process.argv.slice(2).map((path) => resolve(path));
if (!out) {
  console.error("usage: node check.mjs BINARY EXAMPLE_PACK FOLDER_WITH_JUNIT_XSD OUT_FOLDER");
  process.exit(2);
}
const faults = [];
let checks = 0;
const ok = (holds, what) => {
  checks += 1;
  if (!holds) faults.push(what);
};
const same = (found, expected, what) => ok(JSON.stringify(found) === JSON.stringify(expected), `${what}: ${JSON.stringify(found)} is not ${JSON.stringify(expected)}`);

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const root = join(out, "repository");
const pack = hostilePack(root, example);
const file = (name) => join(out, name);
const outputs = ["json:r.json", "ndjson:r.ndjson", "sarif:r.sarif", "junit:r.xml", "github:r.github", "gitlab:r.gitlab", "azure:r.azure", "markdown:r.md", "short:r.short"];
const run = (args) => spawnSync(binary, args, { cwd: root, encoding: "utf8", env: {}, maxBuffer: 1 << 28 });
const made = run(["check", pack, "--as-of", "2026-07-01", ...outputs.flatMap((output) => ["-o", output.replace(":", `:${out}/`)])]);
same(made.status, 3, "a file was not read, which the exit code says");
if (made.status !== 3) console.error(made.stderr);
const read = (name) => readFileSync(file(name), "utf8");
const results = JSON.parse(read("r.json"));
const prefix = pack.slice(root.length + 1) + "/";

// The rules by which words are made safe for a log, written down again.
const deceives = (letter) => /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u.test(letter);
const named = (text) => [...text].map((letter) => (deceives(letter) ? `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}` : letter)).join("");
const wanted = results.findings.map((finding) => {
  const span = finding.spans[0];
  return { code: finding.code, level: finding.severity, file: prefix + (span?.file ?? "pack.yaml"), line: span?.line ?? 1, column: span?.column, end: span, message: finding.facts.message, next: finding.facts.next ?? [] };
});
const counts = { error: 0, warning: 0, info: 0 };
for (const finding of wanted) counts[finding.level] += 1;
ok(counts.error > 30 && counts.warning > 0 && counts.info > 0, `the pack is hostile enough: ${JSON.stringify(counts)}`);
for (const word of ["::set-output", "##vso[", "\n", "\u202e", "\u001b", "%25", "\u{1f600}", "`code`", "]]>"]) {
  ok(wanted.some((finding) => finding.message.includes(word) || finding.file.includes(word)), `a finding says ${JSON.stringify(word)}`);
}

// SARIF: the schema, and that the schema bites.
const multitool = createRequire(import.meta.url).resolve("@microsoft/sarif-multitool-linux/package.json").replace(/package\.json$/, "");
const schema = JSON.parse(readFileSync(join(multitool, "sarif-2.1.0.json"), "utf8"));
const ajv = new Ajv2020({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats(ajv);
const valid = ajv.compile(schema);
const sarif = JSON.parse(read("r.sarif"));
ok(valid(sarif), `SARIF schema: ${JSON.stringify(valid.errors?.slice(0, 5))}`);
const broken = structuredClone(sarif);
broken.runs[0].results[0].level = "bad";
broken.runs[0].surprise = 1;
ok(!valid(broken), "the SARIF schema refuses what is wrong");

// SARIF: Microsoft's validator, whose exit code says nothing; its own log does. SARIF2006 asks the network for the schema.
const tool = join(multitool, "Sarif.Multitool");
if (existsSync(tool) && process.arch === "x64" && process.platform === "linux") {
  chmodSync(tool, 0o755);
  const judged = (name) => {
    const log = file(`${name}.validated`);
    const ran = spawnSync(tool, ["validate", file(name), "-o", log, "--log", "ForceOverwrite", "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note"], {
      encoding: "utf8",
      env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1", DOTNET_BUNDLE_EXTRACT_BASE_DIR: file("dotnet") },
    });
    if (!existsSync(log)) return { failed: `${ran.status} ${ran.stdout} ${ran.stderr}` };
    return JSON.parse(readFileSync(log, "utf8")).runs[0];
  };
  const judgement = judged("r.sarif");
  ok(!judgement.failed, `the multitool ran: ${judgement.failed}`);
  for (const result of judgement.results ?? []) {
    const level = result.level ?? "warning";
    const words = result.message.text ?? `${result.message.id} ${(result.message.arguments ?? []).join(" | ").slice(0, 300)}`;
    if (level === "error") ok(false, `multitool ${result.ruleId}: ${words}`);
  }
  const others = new Map();
  for (const result of judgement.results ?? []) if (result.level !== "error") others.set(result.ruleId, (others.get(result.ruleId) ?? 0) + 1);
  console.log(`multitool: no error required; weaker remarks: ${[...others].map(([rule, number]) => `${rule} x${number}`).join(", ") || "none"}`);
  const wrong = structuredClone(sarif);
  wrong.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0;
  writeFileSync(file("wrong.sarif"), JSON.stringify(wrong));
  ok((judged("wrong.sarif").results ?? []).some((result) => result.level === "error"), "the multitool finds a wrong line");
} else {
  console.log("SKIPPED: the SARIF multitool runs on Linux x64 only; SARIF was judged by the schema alone");
}

// SARIF: what is said is what was found, and every place is there.
const levels = { error: "error", warning: "warning", note: "info" };
const letters = (uri) => [...readFileSync(join(root, decodeURIComponent(uri)), "utf8").split("\n")];
sarif.runs[0].results.forEach((result, index) => {
  const { artifactLocation, region } = result.locations[0].physicalLocation;
  const finding = wanted[index];
  same([result.ruleId, levels[result.level], decodeURIComponent(artifactLocation.uri), region.startLine], [finding.code, finding.level, finding.file, finding.line], `SARIF result ${index}`);
  ok(/^[A-Za-z0-9._~/%-]+$/.test(artifactLocation.uri), `a relative URI: ${artifactLocation.uri}`);
  same([result.message.text, result.message.arguments], [`${finding.message}.`, [finding.message]], `SARIF message ${index}`);
  same(sarif.runs[0].tool.driver.rules[result.ruleIndex].id, result.ruleId, "the rule's index");
  // A key's region holds the key: columns count characters.
  if (finding.end && /^unknown_\d+$/.test(finding.message.split("`")[1] ?? "") && region.startLine === region.endLine) {
    const text = [...letters(artifactLocation.uri)[region.startLine - 1]].slice(region.startColumn - 1, region.endColumn - 1).join("");
    same(text, finding.message.split("`")[1], "the text of a region");
  }
});
same(sarif.runs[0].results.length, wanted.length, "SARIF results");
same(sarif.runs[0].invocations[0].executionSuccessful, false, "SARIF says that a file was not read");
const hashes = sarif.runs[0].results.map((result) => result.partialFingerprints.primaryLocationLineHash);
same(new Set(hashes).size, hashes.length, "SARIF fingerprints are unique");

// JUnit: the schema of Jenkins, that it bites, and the totals.
const lint = (name, args = []) => spawnSync("xmllint", ["--nonet", ...args, file(name)], { encoding: "utf8" });
const schemas = readdirSync(xsd, { recursive: true }).filter((name) => name.endsWith("junit-10.xsd")).map((name) => join(xsd, name));
ok(schemas.length > 0, `junit-10.xsd lies in ${xsd}`);
writeFileSync(file("wrong.xml"), read("r.xml").replace("<testsuites ", '<testsuites skipped="0" '));
for (const schema of schemas) {
  const validated = lint("r.xml", ["--noout", "--schema", schema]);
  ok(validated.status === 0, `JUnit schema: ${validated.stderr.slice(0, 500)}`);
  ok(lint("wrong.xml", ["--noout", "--schema", schema]).status !== 0, "the JUnit schema refuses what is wrong");
}
const number = (path) => Number(lint("r.xml", ["--xpath", path]).stdout);
same(number("count(//failure)"), counts.error, "JUnit failures");
same(number("sum(/testsuites/testsuite/@failures)"), counts.error, "JUnit failures as said");
same(number("count(//testcase)"), number("sum(/testsuites/testsuite/@tests)"), "JUnit tests as said");
for (const [name, level] of [["errors", "error"], ["warnings", "warning"], ["notes", "info"]]) {
  same(number(`number(//property[@name='${name}']/@value)`), counts[level], `JUnit ${name}`);
}

// GitHub: every line a command, and the worst ten of a level as they were found.
const github = parseGithub(read("r.github"));
ok(github.strays.length === 0, `lines that are no command: ${JSON.stringify(github.strays)}`);
for (const [command, level, most] of [["error", "error", 10], ["warning", "warning", 10], ["notice", "info", 9]]) {
  const told = github.commands.filter((one) => one.command === command && one.properties.file).map((one) => [one.properties.title, one.properties.file, one.properties.line, one.data]);
  const found = wanted.filter((one) => one.level === level).slice(0, most).map((one) => [one.code, named(one.file), String(one.line), named([one.message, ...one.next].join("\n"))]);
  same(told, found, `GitHub ${command}`);
}
const last = github.commands.at(-1);
ok(last.command === "notice" && last.data.includes(`${counts.error} errors`) && last.data.includes(`${counts.error - 10} errors more`), `GitHub totals: ${last.data}`);
same(github.commands.filter((one) => !["error", "warning", "notice"].includes(one.command)), [], "no other command of GitHub");

// Azure: the same, without a cap.
const azure = parseAzure(read("r.azure"));
const told = azure.commands.map((one) => [one.command, one.properties.type, one.properties.code, one.properties.sourcepath, one.properties.linenumber, one.data]);
const found = wanted.filter((one) => one.level !== "info").map((one) => ["task.logissue", one.level, one.code, named(one.file), String(one.line), named(one.message)]);
same(told, found, "Azure");
same(azure.plain.length, counts.info + 1, "Azure's plain lines");
ok(azure.plain.every((line) => !line.includes("##")), "no plain line of Azure begins anything");

// GitLab: its rules.
const gitlab = JSON.parse(read("r.gitlab"));
const severities = { critical: "error", major: "warning", minor: "info" };
same(gitlab.map((one) => [one.check_name, severities[one.severity], one.location.path, one.location.lines.begin, one.description]), wanted.map((one) => [one.code, one.level, one.file, one.line, one.message]), "GitLab");
same(new Set(gitlab.map((one) => one.fingerprint)).size, gitlab.length, "GitLab fingerprints are unique");
for (const issue of gitlab) {
  const { path, lines } = issue.location;
  ok(typeof issue.description === "string" && issue.description !== "" && Number.isInteger(lines.begin) && lines.begin >= 1, "a GitLab issue is whole");
  ok(!path.startsWith("./") && !path.startsWith("/") && existsSync(join(root, path)), `a file of the repository: ${path}`);
}

// JSON lines: header, findings as in the JSON, summary.
const lines = read("r.ndjson").trimEnd().split("\n").map((line) => JSON.parse(line));
same([lines[0].line, lines.at(-1).line, lines.at(-1).errors, lines.at(-1).complete], ["header", "summary", counts.error, false], "NDJSON");
same(lines.filter((line) => line.line === "finding").map(({ line, ...finding }) => finding), results.findings, "NDJSON findings");

// Short: a line each. Markdown: a row each of those shown, no tag but its own, and short enough.
same(read("r.short").trimEnd().split(/[\n\r\u0085\u2028\u2029\u000b\u000c]/u).length, wanted.length, "short lines");
const markdown = read("r.md");
ok(markdown.length < 65000 && markdown.startsWith("## carepact check failed: "), "Markdown's verdict and length");
const tags = [...markdown.matchAll(/<[^>]*>/g)].map((match) => match[0]).filter((tag) => !["<code>", "</code>", "<br>", "<!-- -->"].includes(tag));
same(tags, [], "tags in Markdown");
const rows = markdown.split("\n").filter((line) => /^\| (error|warning|info) /.test(line));
ok(rows.length > 0 && rows.every((row) => row.split("|").length === 6), "every row has its four cells");

for (const fault of faults.slice(0, 40)) console.error(`FAULT ${fault.slice(0, 2000)}`);
console.log(`formats: ${wanted.length} findings (${counts.error} errors, ${counts.warning} warnings, ${counts.info} notes) in ${outputs.length} formats, ${checks} checks, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
