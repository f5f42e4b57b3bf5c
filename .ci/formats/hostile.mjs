// Makes a pack whose folder, file names and words try to break every format.
import { appendFileSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// A folder and a file may be named like this on the systems that CI runs on.
const FOLDER = "packs/50% a,b:c;d]e#f ü 'q' ::set-output name=x::y ##vso[task.complete result=Failed]";
const FILE = "agreements/x%25,line=9:1;c]#d ü \"q\" ::error::z ##vso[task.setvariable variable=p]q.yaml";

// And like this: a line's end, a mark that turns the direction of writing, a colour.
const WORSE = "agreements/two\nlines ::error::v \u202eright \u001b[31m.yaml";

// Words as YAML writes them: each becomes a key that no agreement has, so each is told.
const WORDS = [
  "::set-output name=x::y",
  "::stop-commands::t",
  "##vso[task.complete result=Succeeded]done",
  "##[error]bad",
  "100% of 50%25, a:b;c]d",
  "two\\r\\nlines ::error::z\\n##vso[task.complete]",
  "tab\\tand \\u001b[31mred\\u0000\\u0007",
  "right \\u202eto left\\u2066",
  "é 漢字 😀 \\uFFFE",
  "<b>&amp;]]></failure> 'q' \\\"q\\\" `code` | @team #1 [x](http://a.example) $x$",
  "\\\\u0041 \\\\",
];

/** Writes the pack below `root`, which becomes a repository; returns the pack's folder. */
export function hostilePack(root, example) {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, ".git"), { recursive: true });
  const pack = join(root, FOLDER);
  cpSync(example, pack, { recursive: true });
  const [name] = readdirSync(join(pack, "agreements")).filter((file) => file.endsWith(".yaml"));
  const text = readFileSync(join(pack, "agreements", name), "utf8");
  const keys = WORDS.map((word) => `"${word}": "x"\n`).join("");
  writeFileSync(join(pack, FILE), text.replace(/^agreement: .*$/m, "agreement: EX-DSA-0002") + keys);
  rmSync(join(pack, "agreements", name));
  // One block less and one more wrong, at the levels below an error.
  const less = text.replace(/^agreement: .*$/m, "agreement: EX-DSA-0003").replace(/^exit: .*$/m, "").replace(/^complaints: .*$/m, "");
  writeFileSync(join(pack, WORSE), less);
  appendFileSync(join(pack, "pack.yaml"), "levels: {LIF-009: warning, LIF-010: info}\n");
  // More than an annotation list shows, a finding far into a long line of wide letters, and a file that cannot be read.
  const many = Array.from({ length: 25 }, (_, index) => `unknown_${index}: 1\n`).join("");
  writeFileSync(join(pack, "agreements", name), `${text}${many}${"é".repeat(3)}: 1\n`);
  writeFileSync(join(pack, "agreements", "not text.yaml"), Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x41]));
  return pack;
}
