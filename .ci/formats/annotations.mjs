// Reads lines as the agents of GitHub Actions and of Azure Pipelines do, by the rules that they publish.

const replaceAll = (text, pairs) => pairs.reduce((done, [from, to]) => done.replaceAll(from, to), text);

const linesOf = (text) => text.split(/\r\n|\r|\n/).filter((line) => line !== "");

/** Workflow commands: `::name key=value,key=value::data`. A line that is none, or could be the older `##[name]`, is a stray. */
export function parseGithub(text) {
  const commands = [];
  const strays = [];
  for (const line of linesOf(text)) {
    const trimmed = line.trimStart();
    const end = trimmed.startsWith("::") ? trimmed.indexOf("::", 2) : -1;
    if (end < 0) {
      strays.push(line);
      continue;
    }
    const head = trimmed.slice(2, end);
    const space = head.indexOf(" ");
    const command = space < 0 ? head : head.slice(0, space);
    const properties = {};
    for (const part of space < 0 ? [] : head.slice(space + 1).split(",")) {
      const equals = part.indexOf("=");
      if (equals > 0) properties[part.slice(0, equals).trim()] = replaceAll(part.slice(equals + 1), [["%0D", "\r"], ["%0A", "\n"], ["%3A", ":"], ["%2C", ","], ["%25", "%"]]);
    }
    commands.push({ command, properties, data: replaceAll(trimmed.slice(end + 2), [["%0D", "\r"], ["%0A", "\n"], ["%25", "%"]]) });
  }
  return { commands, strays };
}

/** Logging commands: `##vso[area.name key=value;key=value]data`, looked for anywhere in a line. */
export function parseAzure(text) {
  const commands = [];
  const plain = [];
  const back = (value) => replaceAll(value, [["%3B", ";"], ["%0D", "\r"], ["%0A", "\n"], ["%5D", "]"], ["%AZP25", "%"]]);
  for (const line of linesOf(text)) {
    const start = line.indexOf("##vso[");
    const end = start < 0 ? -1 : line.indexOf("]", start);
    if (end < 0) {
      plain.push(line);
      continue;
    }
    const head = line.slice(start + 6, end);
    const space = head.indexOf(" ");
    const properties = {};
    for (const part of space < 0 ? [] : head.slice(space + 1).split(";")) {
      const equals = part.indexOf("=");
      if (equals > 0) properties[part.slice(0, equals).trim()] = back(part.slice(equals + 1));
    }
    commands.push({ command: space < 0 ? head : head.slice(0, space), properties, data: back(line.slice(end + 1)) });
  }
  return { commands, plain };
}
