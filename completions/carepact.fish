# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_carepact_global_optspecs
    string join \n pack= as-of= f/format= o/output= q/quiet v/verbose n/dry-run color= accessible no-input force h/help V/version
end

function __fish_carepact_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_carepact_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_carepact_using_subcommand
    set -l cmd (__fish_carepact_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c carepact -n "__fish_carepact_needs_command" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_needs_command" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_needs_command" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_needs_command" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_needs_command" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_needs_command" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_needs_command" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_needs_command" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_needs_command" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_needs_command" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_needs_command" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_needs_command" -s V -l version -d 'Print version'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "demo" -d 'Run the whole month\'s work on the shipped samples'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "init" -d 'Make a pack to start from'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "check" -d 'Check the agreements of a pack against the rules'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "explain" -d 'Explain the rule behind a finding'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "list" -d 'List the agreements of a pack, or who has still to sign'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "show" -d 'Show one agreement in words'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "ask" -d 'Ask whether a role may see data, and which clause says so'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "who" -d 'List everybody who may see data: which roles, at which organisations, by which clause'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "what" -d 'List everything a role may see: which data, of whom, for what, how, by which clause'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "coverage" -d 'Show which transitions of care and flows agreements cover, who is left out, and when cover ends'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "walk" -d 'Tell one invented person\'s journey along a pathway: who sees what, where it goes dark'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "join" -d 'Put a neighbouring community\'s pack beside ours, before anyone signs'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "diff" -d 'Say who gains and who loses access to what: two packs, two revisions of git, or two dates'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "test" -d 'Run the tests of a pack: cases, tables and invariants written in YAML'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "mutate" -d 'Make small mistakes in a pack, one at a time, and list those that its tests do not notice'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "lock" -d 'Write what the agreements allow as sorted lines, so that a change of access is seen as a plain difference of text'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "synth" -d 'Make synthetic data with seeded, labelled test cases'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "keys" -d 'Make and list keyrings, identities and signing keys'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "pseudonymise" -d 'Pseudonymise an extract under an agreement'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "pseudonymize" -d 'Pseudonymise an extract under an agreement'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "opt-out" -d 'Ask the national service who has not opted out'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "profile" -d 'Recognise the columns of an extract, and draft a release that lets out nothing unknown'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "risk" -d 'Measure how far an extract or a table points at single people, and what would mend it'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "reidentify" -d 'Find the people behind codes of one release, with a reason, in a ledger'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "verify" -d 'Verify signatures, digests and chains of anything carepact wrote'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "audit" -d 'Audit an access log against the agreements and reference tables'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "who-looked" -d 'Write a draft answer to "who has looked at my record?"'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "retain" -d 'Destroy findings, annexes, answers and states by the pack\'s dates, and record it'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "report" -d 'Make a report from saved results'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "register" -d 'Organisations: read the national lists, list a pack\'s register, compare the two'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "schema" -d 'Print the JSON Schema of a file of a pack'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "import" -d 'Read a register of data flows into rows of flows.csv'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "selftest" -d 'Run the published vectors of the cryptography that this binary holds'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "completions" -d 'Print shell completions'
complete -c carepact -n "__fish_carepact_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c carepact -n "__fish_carepact_using_subcommand demo" -l into -d 'The folder' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand demo" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand demo" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand demo" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand demo" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand demo" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand demo" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand demo" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand demo" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand demo" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand demo" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand demo" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand init" -l id -d 'Name of the pack: small letters, digits and hyphens (default: from the folder\'s name)' -r
complete -c carepact -n "__fish_carepact_using_subcommand init" -l title -d 'Its title' -r
complete -c carepact -n "__fish_carepact_using_subcommand init" -l template -d 'What to start from: shared-care-record (direct care) or secondary-use (with planning on pseudonymised data)' -r
complete -c carepact -n "__fish_carepact_using_subcommand init" -l ci -d 'Also a pipeline that checks every change (can be repeated)' -r -f -a "github\t'GitHub Actions: .github/workflows/carepact.yml'
gitlab\t'GitLab CI: .gitlab-ci.yml'
azure\t'Azure Pipelines: azure-pipelines.yml'"
complete -c carepact -n "__fish_carepact_using_subcommand init" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand init" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand init" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand init" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand init" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand init" -l pre-commit -d 'Also a hook before each commit'
complete -c carepact -n "__fish_carepact_using_subcommand init" -l editor -d 'Also settings with which an editor completes and explains the files'
complete -c carepact -n "__fish_carepact_using_subcommand init" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand init" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand init" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand init" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand init" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand init" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand check" -l fail-on -d 'Fail (exit 1) when there is a finding of this level or a worse one' -r -f -a "error\t'Errors'
warning\t'Warnings and errors'
info\t'Any finding'
never\t'Nothing found makes it fail'"
complete -c carepact -n "__fish_carepact_using_subcommand check" -l baseline -d 'Let findings that this file knows not fail the run; they are shown as known' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand check" -l write-baseline -d 'Write every finding there is now to this file, to be given to --baseline; one of the same pack is replaced' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand check" -l profile -d 'Instead of the rules: which items of a shared minimum the pack meets, so that neighbours can be compared (common-capability)' -r
complete -c carepact -n "__fish_carepact_using_subcommand check" -l beside -d 'With --profile: another pack in a second column' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand check" -l waivers-from -d 'Take accepted exceptions, levels of rules and own tables of facts from this git revision, so that a change cannot exempt itself' -r
complete -c carepact -n "__fish_carepact_using_subcommand check" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand check" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand check" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand check" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand check" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand check" -l all -d 'Show every finding in full, however many there are of a rule'
complete -c carepact -n "__fish_carepact_using_subcommand check" -l step-summary -d 'Add a summary in Markdown to the step of GitHub Actions that this runs in'
complete -c carepact -n "__fish_carepact_using_subcommand check" -l fix -d 'Mend what can only have been meant one way (misspelt keys and names, forms of dates); with --dry-run only say what'
complete -c carepact -n "__fish_carepact_using_subcommand check" -l diff -d 'Show what --fix would change, as a unified diff, and change nothing'
complete -c carepact -n "__fish_carepact_using_subcommand check" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand check" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand check" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand check" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand check" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand check" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand explain" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand explain" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand explain" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand explain" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand explain" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand explain" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand explain" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand explain" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand explain" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand explain" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand explain" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand list" -l agreement -d 'Only this agreement' -r
complete -c carepact -n "__fish_carepact_using_subcommand list" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand list" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand list" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand list" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand list" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand list" -l unsigned -d 'Who has still to sign, in the order in which to write to them'
complete -c carepact -n "__fish_carepact_using_subcommand list" -l json -d 'As JSON (the same as -f json)'
complete -c carepact -n "__fish_carepact_using_subcommand list" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand list" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand list" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand list" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand list" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand list" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand show" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand show" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand show" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand show" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand show" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand show" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand show" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand show" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand show" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand show" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand show" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand ask" -l role -d 'Who asks: a role of the vocabulary, or person, or proxy' -r
complete -c carepact -n "__fish_carepact_using_subcommand ask" -l at -d 'Where they work: an organisation code, or a place or function for all its organisations' -r
complete -c carepact -n "__fish_carepact_using_subcommand ask" -l see -d 'Which data: a category of the vocabulary' -r
complete -c carepact -n "__fish_carepact_using_subcommand ask" -l of -d 'Whose data: organisation codes, places or functions' -r
complete -c carepact -n "__fish_carepact_using_subcommand ask" -l for -d 'What for: a purpose of the vocabulary' -r
complete -c carepact -n "__fish_carepact_using_subcommand ask" -l may -d 'What is done with it' -r
complete -c carepact -n "__fish_carepact_using_subcommand ask" -l form -d 'In which form' -r
complete -c carepact -n "__fish_carepact_using_subcommand ask" -l given -d 'Facts that are true, or with a - before them false, comma between them' -r
complete -c carepact -n "__fish_carepact_using_subcommand ask" -l batch -d 'Read questions from an NDJSON file (- is stdin) and answer each on a line of its own' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand ask" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand ask" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand ask" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand ask" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand ask" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand ask" -l json -d 'Print JSON (the same as --format json)'
complete -c carepact -n "__fish_carepact_using_subcommand ask" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand ask" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand ask" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand ask" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand ask" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand ask" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand ask" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand who" -l see -d 'Which data: a category of the vocabulary' -r
complete -c carepact -n "__fish_carepact_using_subcommand who" -l of -d 'Whose data: organisation codes, places or functions' -r
complete -c carepact -n "__fish_carepact_using_subcommand who" -l for -d 'What for: a purpose of the vocabulary' -r
complete -c carepact -n "__fish_carepact_using_subcommand who" -l may -d 'What is done with it' -r
complete -c carepact -n "__fish_carepact_using_subcommand who" -l form -d 'In which form' -r
complete -c carepact -n "__fish_carepact_using_subcommand who" -l given -d 'Facts that are true, or with a - before them false, comma between them' -r
complete -c carepact -n "__fish_carepact_using_subcommand who" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand who" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand who" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand who" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand who" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand who" -l json -d 'Print JSON (the same as --format json)'
complete -c carepact -n "__fish_carepact_using_subcommand who" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand who" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand who" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand who" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand who" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand who" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand who" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand what" -l role -d 'Whose view: a role of the vocabulary, or person, or proxy' -r
complete -c carepact -n "__fish_carepact_using_subcommand what" -l at -d 'Where they work: an organisation code, or a place or function for all its organisations' -r
complete -c carepact -n "__fish_carepact_using_subcommand what" -l of -d 'Only data of these organisations, places or functions' -r
complete -c carepact -n "__fish_carepact_using_subcommand what" -l for -d 'Only for this purpose' -r
complete -c carepact -n "__fish_carepact_using_subcommand what" -l given -d 'Facts that are true, or with a - before them false, comma between them' -r
complete -c carepact -n "__fish_carepact_using_subcommand what" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand what" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand what" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand what" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand what" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand what" -l json -d 'Print JSON (the same as --format json)'
complete -c carepact -n "__fish_carepact_using_subcommand what" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand what" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand what" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand what" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand what" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand what" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand what" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -l at -d 'Only pairs with this organisation, or with one at this place or with this function (can be repeated)' -r
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -l pathway -d 'Only the transitions of this pathway, or the one of this name' -r
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -l until -d 'Look for days on which cover is lost up to this day (default: two years on)' -r
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -l given -d 'What is known of every case: relationship,-objection_upheld; what is not given is unknown' -r
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -l fail-on -d 'Exit with 1 on this' -r -f -a "holes\t'A transition of care with a hole, or a live flow that is not covered (a rehearsal: something that stops)'
flows\t'A live flow that is not covered'
cliffs\t'A hole, or a day up to --until on which cover is lost'
none\t'Nothing'"
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -l with-register -d 'Rehearse: these tables (organisations.csv, list_sizes.csv, memberships.csv, functions.csv), or those of a folder, in place of the pack\'s' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -l without -d 'Rehearse: this agreement is not in force from the day on (can be repeated)' -r
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand coverage" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand walk" -l at -d 'Where: a place, or an organisation code for the places around it' -r
complete -c carepact -n "__fish_carepact_using_subcommand walk" -l by -d 'Organisations to tell it on, before any others of the place' -r
complete -c carepact -n "__fish_carepact_using_subcommand walk" -l given -d 'Facts that are true, or with a - before them false, besides those of ordinary care' -r
complete -c carepact -n "__fish_carepact_using_subcommand walk" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand walk" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand walk" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand walk" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand walk" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand walk" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand walk" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand walk" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand walk" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand walk" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand walk" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand walk" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand join" -l agreement -d 'Agreements of ours that would join the two, in place of those that the map names' -r
complete -c carepact -n "__fish_carepact_using_subcommand join" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand join" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand join" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand join" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand join" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand join" -l plan -d 'Show the plan; without it nothing is done'
complete -c carepact -n "__fish_carepact_using_subcommand join" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand join" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand join" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand join" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand join" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand join" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand join" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand diff" -l between -d 'Compare two days of one pack' -r
complete -c carepact -n "__fish_carepact_using_subcommand diff" -l fail-on -d 'End with exit 1 on a change of this kind' -r -f -a "none\t'Nothing'
widening\t'Somebody may see more'
narrowing\t'Somebody may see less'
any\t'Any change'"
complete -c carepact -n "__fish_carepact_using_subcommand diff" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand diff" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand diff" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand diff" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand diff" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand diff" -l all-time -d 'Compare every day there is, not only those from --as-of on'
complete -c carepact -n "__fish_carepact_using_subcommand diff" -l detailed-exit-code -d 'End with 20 (narrowing only) or 21 (widening) where something changes'
complete -c carepact -n "__fish_carepact_using_subcommand diff" -l notice -d 'Write the paragraph that belongs in the privacy notice'
complete -c carepact -n "__fish_carepact_using_subcommand diff" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand diff" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand diff" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand diff" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand diff" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand diff" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand test" -l min-coverage -d 'The least share that must be touched, in per cent; exit 1 below it (means --coverage)' -r
complete -c carepact -n "__fish_carepact_using_subcommand test" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand test" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand test" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand test" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand test" -l all -d 'Show every expectation that did not hold in full, however many'
complete -c carepact -n "__fish_carepact_using_subcommand test" -l step-summary -d 'Add a summary in Markdown to the step of GitHub Actions that this runs in'
complete -c carepact -n "__fish_carepact_using_subcommand test" -l coverage -d 'Tell how much of the pack the questions touch: clauses, conditions both ways, boundary days, blocks'
complete -c carepact -n "__fish_carepact_using_subcommand test" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand test" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand test" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand test" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand test" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand test" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand mutate" -l only -d 'Only mistakes of these kinds: drop, date, widen, condition, purpose, way' -r
complete -c carepact -n "__fish_carepact_using_subcommand mutate" -l limit -d 'At most so many, spread evenly over all there are' -r
complete -c carepact -n "__fish_carepact_using_subcommand mutate" -l min-score -d 'The least share of mistakes that must be noticed, in per cent' -r
complete -c carepact -n "__fish_carepact_using_subcommand mutate" -l jobs -d 'How many are tried side by side (default: one for each core)' -r
complete -c carepact -n "__fish_carepact_using_subcommand mutate" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand mutate" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand mutate" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand mutate" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand mutate" -l all -d 'Show every missed mistake, however many'
complete -c carepact -n "__fish_carepact_using_subcommand mutate" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand mutate" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand mutate" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand mutate" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand mutate" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand mutate" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand mutate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand lock" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand lock" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand lock" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand lock" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand lock" -l check -d 'Write nothing; fail if the file does not say what the pack does'
complete -c carepact -n "__fish_carepact_using_subcommand lock" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand lock" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand lock" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand lock" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand lock" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand lock" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand lock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and not __fish_seen_subcommand_from community extract log help" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand synth; and not __fish_seen_subcommand_from community extract log help" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and not __fish_seen_subcommand_from community extract log help" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and not __fish_seen_subcommand_from community extract log help" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and not __fish_seen_subcommand_from community extract log help" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand synth; and not __fish_seen_subcommand_from community extract log help" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and not __fish_seen_subcommand_from community extract log help" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and not __fish_seen_subcommand_from community extract log help" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and not __fish_seen_subcommand_from community extract log help" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and not __fish_seen_subcommand_from community extract log help" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and not __fish_seen_subcommand_from community extract log help" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and not __fish_seen_subcommand_from community extract log help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and not __fish_seen_subcommand_from community extract log help" -f -a "community" -d 'Register tables and accessions of a community'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and not __fish_seen_subcommand_from community extract log help" -f -a "extract" -d 'A hospital extract, fourteen columns'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and not __fish_seen_subcommand_from community extract log help" -f -a "log" -d 'A month of accesses with reference tables and an answer key'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and not __fish_seen_subcommand_from community extract log help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from community" -l seed -d 'The seed' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from community" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from community" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from community" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from community" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from community" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from community" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from community" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from community" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from community" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from community" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from community" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from community" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from extract" -l rows -d 'How many rows' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from extract" -l seed -d 'The seed' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from extract" -l dirty -d 'Rows in a thousand whose NHS number is damaged' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from extract" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from extract" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from extract" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from extract" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from extract" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from extract" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from extract" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from extract" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from extract" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from extract" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from extract" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from extract" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from log" -l events -d 'About how many events' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from log" -l seed -d 'The seed' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from log" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from log" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from log" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from log" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from log" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from log" -l dirty -d 'Spoil some lines, as real exports are'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from log" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from log" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from log" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from log" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from log" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from log" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from log" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from help" -f -a "community" -d 'Register tables and accessions of a community'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from help" -f -a "extract" -d 'A hospital extract, fourteen columns'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from help" -f -a "log" -d 'A month of accesses with reference tables and an answer key'
complete -c carepact -n "__fish_carepact_using_subcommand synth; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -f -a "identity" -d 'Make an identity: the secret that opens keyrings made for its recipient'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -f -a "new" -d 'Make a keyring for custodians and an escrow'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -f -a "list" -d 'Show whose keys a keyring holds, and which versions'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -f -a "signer" -d 'Make a key that signs manifests'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -f -a "open" -d 'Open a file that was sealed to an identity: a part of an audit, an annex'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -f -a "rotate" -d 'Draw a new root for a new version of a keyring'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -f -a "crosswalk" -d 'Give a recipient a table from old to new codes'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -f -a "hash-table" -d 'Give a partner a table of pseudonyms'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and not __fish_seen_subcommand_from identity new list signer open rotate crosswalk hash-table help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from identity" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from identity" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from identity" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from identity" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from identity" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from identity" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from identity" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from identity" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from identity" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from identity" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from identity" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from identity" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -l controller -d 'Whose keys: an organisation code' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -l purpose -d 'What for: a purpose of the vocabulary, or audit' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -l recipient -d 'Public key of somebody who may open it (can be repeated)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -l recipients-file -d 'Public keys in a file, one a line, # before comments' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -l passphrase-file -d 'One passphrase instead of recipients, from a file (0600), or - for a pipe' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -l passphrase -d 'One passphrase instead of recipients, asked for'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -l no-escrow -d 'Accept that nobody else can open it'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from list" -l identity -d 'Identity that opens the keyring (0600)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Passphrase of the keyring, from a file (0600), or - for a pipe' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from list" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from list" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from list" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from list" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from list" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from list" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from list" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from list" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from signer" -l name -d 'Who signs with it, as the signers file will say: an address without spaces' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from signer" -l for -d 'What it may sign (can be repeated): manifest, report, ledger' -r -f -a "manifest\t''
report\t''
ledger\t''"
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from signer" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from signer" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from signer" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from signer" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from signer" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from signer" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from signer" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from signer" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from signer" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from signer" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from signer" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from signer" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from open" -l identity -d 'The identity it was sealed to (0600)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from open" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from open" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from open" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from open" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from open" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from open" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from open" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from open" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from open" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from open" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from open" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from open" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l identity -d 'Identity that opens the keyring (0600)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l passphrase-file -d 'Passphrase of the keyring, from a file (0600), or - for a pipe' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l compromised -d 'A version that somebody may have who should not (can be repeated)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l recipient -d 'Public key of somebody who may open the new file (can be repeated)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l recipients-file -d 'Public keys in a file, one a line, # before comments' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l no-escrow -d 'Accept that nobody else can open it'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from rotate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -l identity -d 'Identity that opens the keyring (0600)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -l passphrase-file -d 'Passphrase of the keyring, from a file (0600), or - for a pipe' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -l manifest -d 'The manifest of the last release; its file lies beside it' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -l column -d 'The column of codes, by its name in the release (default: the only one)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -l signers -d 'Who may sign, in the form of OpenSSH\'s allowed_signers (default: the pack\'s)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -l seal-to -d 'The age public key of the recipient' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -l opt-out-request -d 'What was asked about the national opt-out since the release' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -l opt-out-list -d 'What came back: those without an opt-out' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -l ledger -d 'The ledger to add a line to; made if it is not there' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -l sign-key -d 'The key that signs the ledger\'s head (listed for ledger@carepact)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from crosswalk" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from hash-table" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from hash-table" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from hash-table" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from hash-table" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from hash-table" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from hash-table" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from hash-table" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from hash-table" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from hash-table" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from hash-table" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from hash-table" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from hash-table" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from help" -f -a "identity" -d 'Make an identity: the secret that opens keyrings made for its recipient'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from help" -f -a "new" -d 'Make a keyring for custodians and an escrow'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from help" -f -a "list" -d 'Show whose keys a keyring holds, and which versions'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from help" -f -a "signer" -d 'Make a key that signs manifests'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from help" -f -a "open" -d 'Open a file that was sealed to an identity: a part of an audit, an annex'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from help" -f -a "rotate" -d 'Draw a new root for a new version of a keyring'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from help" -f -a "crosswalk" -d 'Give a recipient a table from old to new codes'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from help" -f -a "hash-table" -d 'Give a partner a table of pseudonyms'
complete -c carepact -n "__fish_carepact_using_subcommand keys; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l release -d 'The release: AGREEMENT/RELEASE' -r
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l keyring -d 'The keyring of a giving controller (or of the processor that holds the key) for the release\'s purpose' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l identity -d 'Identity that opens the keyring (0600)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l passphrase-file -d 'Passphrase of the keyring, from a file (0600), or - for a pipe' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l sign-key -d 'The key that signs the manifest (0600)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l plan-digest -d 'Refuse (exit 4) unless the run does what the plan with this digest showed' -r
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l quarantine -d 'Folder for rows that are set aside, as they were read (identifiable; 0600)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l opt-out-request -d 'The file that asked who has not opted out, as `carepact opt-out request` wrote and named it' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l opt-out-list -d 'What the service answered: people without a national data opt-out. Only they are released' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l previous -d 'The manifest of the last release: the key must be the same, and the new manifest names it' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l earlier -d 'Folder with what the recipient holds already: earlier releases with their signed manifests (can be repeated). Without it, k beside earlier releases is reported as not assessed' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l signers -d 'Who may have signed those manifests, in the form of OpenSSH\'s allowed_signers (default: the pack\'s)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l threads -d 'Workers (default: as many as the machine has, at most 16)' -r
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l memory -d 'Memory for counting people and for measuring disclosure risk, in MiB; distinct rows that do not fit are put aside on disk, a run that needs more for anything else is refused' -r
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l spill -d 'Folder for rows that do not fit while disclosure risk is measured: unnamed files, encrypted with a key that only this run has (default: the system\'s)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l block -d 'Bytes read at a time (for tests)' -r
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l plan -d 'Show what would happen to every column and row, and write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymise" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l release -d 'The release: AGREEMENT/RELEASE' -r
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l keyring -d 'The keyring of a giving controller (or of the processor that holds the key) for the release\'s purpose' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l identity -d 'Identity that opens the keyring (0600)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l passphrase-file -d 'Passphrase of the keyring, from a file (0600), or - for a pipe' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l sign-key -d 'The key that signs the manifest (0600)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l plan-digest -d 'Refuse (exit 4) unless the run does what the plan with this digest showed' -r
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l quarantine -d 'Folder for rows that are set aside, as they were read (identifiable; 0600)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l opt-out-request -d 'The file that asked who has not opted out, as `carepact opt-out request` wrote and named it' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l opt-out-list -d 'What the service answered: people without a national data opt-out. Only they are released' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l previous -d 'The manifest of the last release: the key must be the same, and the new manifest names it' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l earlier -d 'Folder with what the recipient holds already: earlier releases with their signed manifests (can be repeated). Without it, k beside earlier releases is reported as not assessed' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l signers -d 'Who may have signed those manifests, in the form of OpenSSH\'s allowed_signers (default: the pack\'s)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l threads -d 'Workers (default: as many as the machine has, at most 16)' -r
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l memory -d 'Memory for counting people and for measuring disclosure risk, in MiB; distinct rows that do not fit are put aside on disk, a run that needs more for anything else is refused' -r
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l spill -d 'Folder for rows that do not fit while disclosure risk is measured: unnamed files, encrypted with a key that only this run has (default: the system\'s)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l block -d 'Bytes read at a time (for tests)' -r
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l plan -d 'Show what would happen to every column and row, and write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand pseudonymize" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and not __fish_seen_subcommand_from request apply help" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and not __fish_seen_subcommand_from request apply help" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and not __fish_seen_subcommand_from request apply help" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and not __fish_seen_subcommand_from request apply help" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and not __fish_seen_subcommand_from request apply help" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and not __fish_seen_subcommand_from request apply help" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and not __fish_seen_subcommand_from request apply help" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and not __fish_seen_subcommand_from request apply help" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and not __fish_seen_subcommand_from request apply help" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and not __fish_seen_subcommand_from request apply help" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and not __fish_seen_subcommand_from request apply help" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and not __fish_seen_subcommand_from request apply help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and not __fish_seen_subcommand_from request apply help" -f -a "request" -d 'Write the file that asks about the people of an extract'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and not __fish_seen_subcommand_from request apply help" -f -a "apply" -d 'Leave out of an extract everybody who is not on the list that came back'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and not __fish_seen_subcommand_from request apply help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -l column -d 'The column of NHS numbers' -r
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -l mailbox -d 'The MESH mailbox that sends the file' -r
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -l sequence -d 'The number of the file within the month, from 1 to 9999' -r
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -l out -d 'Folder for the file, which is identifiable' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -l null -d 'A cell that means that nothing is there, besides the empty one (can be repeated)' -r
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from request" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from apply" -l column -d 'The column of NHS numbers' -r
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from apply" -l request -d 'The file that asked, as `carepact opt-out request` wrote and named it' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from apply" -l list -d 'What the service answered' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from apply" -l max-age -d 'Days for which the list is good, from the day of the request' -r
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from apply" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from apply" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from apply" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from apply" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from apply" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from apply" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from apply" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from apply" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from apply" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from apply" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from apply" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from help" -f -a "request" -d 'Write the file that asks about the people of an extract'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from help" -f -a "apply" -d 'Leave out of an extract everybody who is not on the list that came back'
complete -c carepact -n "__fish_carepact_using_subcommand opt-out; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c carepact -n "__fish_carepact_using_subcommand profile" -l agreement -d 'The agreement that the release will stand in, for the comments of the draft' -r
complete -c carepact -n "__fish_carepact_using_subcommand profile" -l release -d 'The name of the release' -r
complete -c carepact -n "__fish_carepact_using_subcommand profile" -l to -d 'Who receives it' -r
complete -c carepact -n "__fish_carepact_using_subcommand profile" -l for -d 'For which purpose' -r
complete -c carepact -n "__fish_carepact_using_subcommand profile" -l threads -d 'Workers (default: as many as the machine has, at most 16)' -r
complete -c carepact -n "__fish_carepact_using_subcommand profile" -l block -d 'Bytes read at a time (for tests)' -r
complete -c carepact -n "__fish_carepact_using_subcommand profile" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand profile" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand profile" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand profile" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand profile" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand profile" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand profile" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand profile" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand profile" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand profile" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand profile" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand profile" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l table -d 'Protect a table of counts instead (rows and columns called total are sums)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l small-numbers -d 'How small counts are hidden: hes-2018 (1 to 7 hidden, others to the nearest 5), or under=N,round=N' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l counts -d 'The columns of counts (default: those that hold whole numbers alone)' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l against -d 'Another table of nearly the same people, best every one that the recipients hold: what does subtraction tell? (can be repeated)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l qi -d 'Quasi-identifiers: what somebody could know of a person from elsewhere' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l person -d 'The column that says which rows are one person\'s' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l sensitive -d 'Sensitive columns; `:ordered` measures distance along their order (can be repeated)' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l by -d 'Also report rows in small classes by the values of these columns' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l release -d 'Take columns from a release: those of class `quasi` and `sensitive`, and its subject; with --table its `small_numbers:`' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l agreement -d 'The agreement of --release' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l k -d 'The smallest class that is large enough' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l l -d 'Distinct values of each sensitive column that every class must hold' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l t -d 'The largest distance of a class from the whole, from 0 to 1' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l population -d 'Table of the population for the journalist\'s risk: the quasi-identifiers, and a column `population`' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l hierarchy -d 'Coarser values of a quasi-identifier: a file (value;group;coarser group;*), or age, date or postcode (can be repeated)' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l order -d 'The quasi-identifiers to coarsen or blank, the first first (default: as in --qi)' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l suppress-limit -d 'Rows that a repair may leave out, in per cent' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l group-limit -d 'Rows of any one group (the values of the columns of --by) that a repair may leave out, in per cent' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l null -d 'A cell that means nothing is there, besides the empty one (can be repeated)' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l missing -d 'Rows that lack a quasi-identifier: own (missing is a value) or exclude (they are only counted)' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l sample -d 'People sampled for unicity' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l seed -d 'Seed of that sample' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l threads -d 'Workers (default: as many as the machine has, at most 16)' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l memory -d 'Memory for values and distinct rows, in MiB: rows that do not fit are put aside on disk, values that do not are refused' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l memory-bytes -d 'The same in bytes (for tests)' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l spill -d 'Folder for rows that do not fit: unnamed files, encrypted with a key that only this run has (default: the system\'s)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l block -d 'Bytes read at a time (for tests)' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l percentages -d 'Add percentages of each column\'s total, from the figures shown'
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l plan -d 'Also show what would mend it: in your order, optimally, and by blanking cells'
complete -c carepact -n "__fish_carepact_using_subcommand risk" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand risk" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand risk" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand risk" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand risk" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l manifest -d 'The signed manifest of the release that the codes come from' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l column -d 'The column they come from, by its name in the release (default: the only one of codes)' -r
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l signers -d 'Who may sign, in the form of OpenSSH\'s allowed_signers (default: the pack\'s)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l keyring -d 'The keyring of the release' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l identity -d 'Identity that opens the keyring (0600)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l passphrase-file -d 'Passphrase of the keyring, from a file (0600), or - for a pipe' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l ledger -d 'The ledger to add a line to; made if it is not there' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l sign-key -d 'Who asks: the key that signs the ledger\'s head (listed for ledger@carepact)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l reason -d 'Why, in a sentence that names no person' -r
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l at-most -d 'Never more codes than this' -r
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l seal-to -d 'Seal the answer to this age public key' -r
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand reidentify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand verify" -l signers -d 'Who may sign, in the form of OpenSSH\'s allowed_signers (default: the pack\'s)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand verify" -l log -d 'Logs to compare with the seal that PATH is (`carepact audit --seal`); each is found in it by its name' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand verify" -l keyring -d 'Keyring of the audit that sealed the logs' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand verify" -l identity -d 'Identity that opens the keyring (0600)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand verify" -l passphrase-file -d 'Passphrase of the keyring, from a file (0600), or - for a pipe' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand verify" -l trace -d 'Which release does a found file come from (not built yet)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand verify" -l input -d 'The extract that the release was made from (not built yet)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand verify" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand verify" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand verify" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand verify" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand verify" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand verify" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand verify" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand verify" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand verify" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand verify" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand verify" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l profile -d 'How the log\'s columns map: a file, or a name in the pack\'s audit/profiles' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l tables -d 'Folder with reference tables: staff.csv, registrations.csv, appointments.csv, objections.csv, ...' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l keyring -d 'Keyring of purpose `audit`, so that references can be compared with those of other runs' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l identity -d 'Identity that opens the keyring (0600)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l passphrase-file -d 'Passphrase of the keyring, from a file (0600), or - for a pipe' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l name -d 'Name of this audit: references under one name can be compared' -r
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l period -d 'Judge accesses from the first to the last of these days only, for example 2026-10-01..2026-10-31' -r
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l annex -d 'Also write which reference is which account and person, for those in findings (0600; the privacy officer\'s)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l answer-key -d 'Also print precision and recall against seeded test cases (line,case,detector,tier)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l with -d 'Also put the log to another pack (agreements as they will be): which accesses would get another answer, and why' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l decisions -d 'What was decided on findings and cases of earlier audits (CSV: id,decision,by,on, and opened,note); needs --keyring' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l seal -d 'Also seal the logs in FILE: a later change of any line can be told (`carepact verify FILE --log LOG`); needs --keyring' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l sign-key -d 'Sign the seal with this key (FILE.sig)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l state -d 'Go on from where the last run with this folder ended, and keep what was read in it, sealed; needs --keyring' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l fail-on -d 'Fail (exit 1) when there is a finding of this level or a worse one' -r -f -a "error\t'Errors'
warning\t'Warnings and errors'
info\t'Any finding'
never\t'Nothing found makes it fail'"
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l split -d 'Also cut the cases up by organisation, each part sealed to its own officer; needs --keyring' -r -f -a "organisation\t'The organisation whose staff it is'"
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l recipients -d 'Who gets which organisation\'s part (CSV: ods,recipient,service; `*` for all others)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l split-to -d 'The folder for the parts; it must not be there yet' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l annex-to -d 'Seal the annex to this recipient (age1...)' -r
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l memory -d 'Not built yet: a bound on memory' -r
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand audit" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand audit" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l fields -d 'Also show which fields of an event each log carries'
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l infer-profile -d 'Propose a profile for a log whose layout is not known, with a reason for each column, and do nothing else'
complete -c carepact -n "__fish_carepact_using_subcommand audit" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand audit" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand audit" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand audit" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand audit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l profile -d 'How the log\'s columns map, as for `audit`' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l tables -d 'Folder with reference tables, as for `audit`: they tell why' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l subject-file -d 'File with the NHS number on its first line, or - for stdin (default: asked for)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l state -d 'Search what `audit --state` kept in this folder instead of logs; needs --keyring' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l keyring -d 'The keyring the state is sealed with' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l identity -d 'Identity that opens the keyring (0600)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l passphrase-file -d 'Passphrase of the keyring, from a file (0600), or - for a pipe' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l name -d 'Name of the audit whose state it is' -r
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l names -d 'Also write the reviewer\'s sheet: whose account each line is, and whether the name is usually given (0600)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l draft -d 'The code that the reviewed draft shows: another answer is not released' -r
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l reviewed-by -d 'The role of whoever reviewed the draft; privacy_officer if it was held' -r
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l confirm -d 'What the reviewer confirms' -r -f -a "identity\t'The person who asks is who they say'
authority\t'They may ask: for themselves, or with authority for the person'
no-serious-harm\t'The answer is not likely to cause serious harm to anybody'
no-investigation\t'It prejudices no investigation that is going on'"
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l ledger -d 'The ledger to add a line to: when, which draft, how many lines, who released it; needed for --release' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l sign-key -d 'The key that signs the ledger\'s head (listed for ledger@carepact)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l signers -d 'Who may sign it, in the form of OpenSSH\'s allowed_signers (default: the pack\'s)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l leave-out -d 'Lines of the draft that the reviewer leaves out, by their numbers' -r
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l release -d 'Write the answer as it goes to the person, not as a draft'
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand who-looked" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand retain" -l record -d 'The record of what was destroyed: a line of JSON each, added at the end' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand retain" -l keyring -d 'Keyring of the states' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand retain" -l identity -d 'Identity that opens the keyring (0600)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand retain" -l passphrase-file -d 'Passphrase of the keyring, from a file (0600), or - for a pipe' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand retain" -l name -d 'Name of the audit whose states they are' -r
complete -c carepact -n "__fish_carepact_using_subcommand retain" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand retain" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand retain" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand retain" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand retain" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand retain" -l destroy -d 'Destroy what is over, do not only show it'
complete -c carepact -n "__fish_carepact_using_subcommand retain" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand retain" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand retain" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand retain" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand retain" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand retain" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand retain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -l previous -d 'Results of last time, to say what changed (can be repeated)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -l kind -d 'The kind of report; this version makes the full one' -r
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -l title -d 'The heading (default: the community\'s name)' -r
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -l period -d 'The period in words, for example "June 2026" (default: what the audit covers)' -r
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -l classification -d 'The protective marking at the top of every page' -r
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -l sign-key -d 'Sign what is written: manifest.json and manifest.json.sig beside it, for `carepact verify`' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -l final -d 'Someone with authority has approved it: do not call it a draft'
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -a "import-decisions" -d 'Put the answers of organisations together, as `audit --decisions` reads them'
complete -c carepact -n "__fish_carepact_using_subcommand report; and not __fish_seen_subcommand_from import-decisions help" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c carepact -n "__fish_carepact_using_subcommand report; and __fish_seen_subcommand_from import-decisions" -l sent -d 'The index.csv of the parts as they were sent (can be repeated)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand report; and __fish_seen_subcommand_from import-decisions" -l identity -d 'The identity to which tables were sealed' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand report; and __fish_seen_subcommand_from import-decisions" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand report; and __fish_seen_subcommand_from import-decisions" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand report; and __fish_seen_subcommand_from import-decisions" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand report; and __fish_seen_subcommand_from import-decisions" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand report; and __fish_seen_subcommand_from import-decisions" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand report; and __fish_seen_subcommand_from import-decisions" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand report; and __fish_seen_subcommand_from import-decisions" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand report; and __fish_seen_subcommand_from import-decisions" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand report; and __fish_seen_subcommand_from import-decisions" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand report; and __fish_seen_subcommand_from import-decisions" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand report; and __fish_seen_subcommand_from import-decisions" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand report; and __fish_seen_subcommand_from import-decisions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "import-decisions" -d 'Put the answers of organisations together, as `audit --decisions` reads them'
complete -c carepact -n "__fish_carepact_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c carepact -n "__fish_carepact_using_subcommand register; and not __fish_seen_subcommand_from import list check help" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand register; and not __fish_seen_subcommand_from import list check help" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand register; and not __fish_seen_subcommand_from import list check help" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand register; and not __fish_seen_subcommand_from import list check help" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand register; and not __fish_seen_subcommand_from import list check help" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand register; and not __fish_seen_subcommand_from import list check help" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand register; and not __fish_seen_subcommand_from import list check help" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand register; and not __fish_seen_subcommand_from import list check help" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand register; and not __fish_seen_subcommand_from import list check help" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand register; and not __fish_seen_subcommand_from import list check help" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand register; and not __fish_seen_subcommand_from import list check help" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand register; and not __fish_seen_subcommand_from import list check help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand register; and not __fish_seen_subcommand_from import list check help" -f -a "import" -d 'Read national lists, count them, and write them as tables of a register'
complete -c carepact -n "__fish_carepact_using_subcommand register; and not __fish_seen_subcommand_from import list check help" -f -a "list" -d 'List the organisations of a pack that are open on a day'
complete -c carepact -n "__fish_carepact_using_subcommand register; and not __fish_seen_subcommand_from import list check help" -f -a "check" -d 'Compare a pack\'s register with national lists'
complete -c carepact -n "__fish_carepact_using_subcommand register; and not __fish_seen_subcommand_from import list check help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from import" -l successors -d 'Who carries on the work of closed organisations: ods,successor,from (else unknown, never guessed)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from import" -l places -d 'Which codes of sub-ICB locations (or ICBs, or organisations) lie in which place: code,place' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from import" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from import" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from import" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from import" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from import" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from import" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from import" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from import" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from import" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from list" -l kind -d 'Only this kind: gp_practice, trust, council, ...' -r
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from list" -l place -d 'Only in this place of the vocabulary, or beneath it' -r
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from list" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from list" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from list" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from list" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from list" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from list" -l closed -d 'Those that have closed, instead of those that are open'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from list" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from list" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from list" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from check" -l successors -d 'Who carries on the work of closed organisations: ods,successor,from (else unknown, never guessed)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from check" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from check" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from check" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from check" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from check" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from check" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from check" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from check" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from check" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from help" -f -a "import" -d 'Read national lists, count them, and write them as tables of a register'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the organisations of a pack that are open on a day'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from help" -f -a "check" -d 'Compare a pack\'s register with national lists'
complete -c carepact -n "__fish_carepact_using_subcommand register; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c carepact -n "__fish_carepact_using_subcommand schema" -l into -d 'Write NAME.schema.json there, or all of them' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand schema" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand schema" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand schema" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand schema" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand schema" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand schema" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand schema" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand schema" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand schema" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand schema" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand schema" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand import" -l flows -d 'The sheet, as CSV (- is standard input)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand import" -l map -d 'What a column says: from, to, system, data, purpose, kind, agreement, live_from or live_to' -r
complete -c carepact -n "__fish_carepact_using_subcommand import" -l dates -d 'How days are written: year-first, day-first or month-first' -r
complete -c carepact -n "__fish_carepact_using_subcommand import" -l into -d 'Add the rows to this table; it is made if it is not there (- is standard output)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand import" -l set-aside -d 'Write the rows that were set aside, with their reasons, to this file' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand import" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand import" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand import" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand import" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand import" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand import" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand import" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand import" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand import" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand import" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand import" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand selftest" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand selftest" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand selftest" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand selftest" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand selftest" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand selftest" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand selftest" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand selftest" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand selftest" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand selftest" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand selftest" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand selftest" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand completions" -l pack -d 'Folder of the pack (default: the nearest pack.yaml upwards)' -r -F
complete -c carepact -n "__fish_carepact_using_subcommand completions" -l as-of -d 'Judge everything on this day, for example 2026-07-01 (default: today)' -r
complete -c carepact -n "__fish_carepact_using_subcommand completions" -s f -l format -d 'How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)' -r
complete -c carepact -n "__fish_carepact_using_subcommand completions" -s o -l output -d 'Write to a file, the format before a colon or by extension (can be repeated; - is stdout)' -r
complete -c carepact -n "__fish_carepact_using_subcommand completions" -l color -d 'Colour the output' -r -f -a "auto\t'On a terminal that wants it (`NO_COLOR` is heeded)'
always\t'Always'
never\t'Never'"
complete -c carepact -n "__fish_carepact_using_subcommand completions" -s q -l quiet -d 'Say nothing but the result'
complete -c carepact -n "__fish_carepact_using_subcommand completions" -s v -l verbose -d 'Say more'
complete -c carepact -n "__fish_carepact_using_subcommand completions" -s n -l dry-run -d 'Show what would be written, write nothing'
complete -c carepact -n "__fish_carepact_using_subcommand completions" -l accessible -d 'For screen readers: one `label: value` a line, no drawings, no columns, progress in words'
complete -c carepact -n "__fish_carepact_using_subcommand completions" -l no-input -d 'Never ask; fail instead'
complete -c carepact -n "__fish_carepact_using_subcommand completions" -l force -d 'Replace files that are there already'
complete -c carepact -n "__fish_carepact_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "demo" -d 'Run the whole month\'s work on the shipped samples'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "init" -d 'Make a pack to start from'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "check" -d 'Check the agreements of a pack against the rules'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "explain" -d 'Explain the rule behind a finding'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "list" -d 'List the agreements of a pack, or who has still to sign'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "show" -d 'Show one agreement in words'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "ask" -d 'Ask whether a role may see data, and which clause says so'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "who" -d 'List everybody who may see data: which roles, at which organisations, by which clause'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "what" -d 'List everything a role may see: which data, of whom, for what, how, by which clause'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "coverage" -d 'Show which transitions of care and flows agreements cover, who is left out, and when cover ends'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "walk" -d 'Tell one invented person\'s journey along a pathway: who sees what, where it goes dark'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "join" -d 'Put a neighbouring community\'s pack beside ours, before anyone signs'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "diff" -d 'Say who gains and who loses access to what: two packs, two revisions of git, or two dates'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "test" -d 'Run the tests of a pack: cases, tables and invariants written in YAML'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "mutate" -d 'Make small mistakes in a pack, one at a time, and list those that its tests do not notice'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "lock" -d 'Write what the agreements allow as sorted lines, so that a change of access is seen as a plain difference of text'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "synth" -d 'Make synthetic data with seeded, labelled test cases'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "keys" -d 'Make and list keyrings, identities and signing keys'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "pseudonymise" -d 'Pseudonymise an extract under an agreement'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "opt-out" -d 'Ask the national service who has not opted out'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "profile" -d 'Recognise the columns of an extract, and draft a release that lets out nothing unknown'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "risk" -d 'Measure how far an extract or a table points at single people, and what would mend it'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "reidentify" -d 'Find the people behind codes of one release, with a reason, in a ledger'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "verify" -d 'Verify signatures, digests and chains of anything carepact wrote'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "audit" -d 'Audit an access log against the agreements and reference tables'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "who-looked" -d 'Write a draft answer to "who has looked at my record?"'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "retain" -d 'Destroy findings, annexes, answers and states by the pack\'s dates, and record it'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "report" -d 'Make a report from saved results'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "register" -d 'Organisations: read the national lists, list a pack\'s register, compare the two'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "schema" -d 'Print the JSON Schema of a file of a pack'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "import" -d 'Read a register of data flows into rows of flows.csv'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "selftest" -d 'Run the published vectors of the cryptography that this binary holds'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "completions" -d 'Print shell completions'
complete -c carepact -n "__fish_carepact_using_subcommand help; and not __fish_seen_subcommand_from demo init check explain list show ask who what coverage walk join diff test mutate lock synth keys pseudonymise opt-out profile risk reidentify verify audit who-looked retain report register schema import selftest completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from synth" -f -a "community" -d 'Register tables and accessions of a community'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from synth" -f -a "extract" -d 'A hospital extract, fourteen columns'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from synth" -f -a "log" -d 'A month of accesses with reference tables and an answer key'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from keys" -f -a "identity" -d 'Make an identity: the secret that opens keyrings made for its recipient'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from keys" -f -a "new" -d 'Make a keyring for custodians and an escrow'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from keys" -f -a "list" -d 'Show whose keys a keyring holds, and which versions'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from keys" -f -a "signer" -d 'Make a key that signs manifests'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from keys" -f -a "open" -d 'Open a file that was sealed to an identity: a part of an audit, an annex'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from keys" -f -a "rotate" -d 'Draw a new root for a new version of a keyring'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from keys" -f -a "crosswalk" -d 'Give a recipient a table from old to new codes'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from keys" -f -a "hash-table" -d 'Give a partner a table of pseudonyms'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from opt-out" -f -a "request" -d 'Write the file that asks about the people of an extract'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from opt-out" -f -a "apply" -d 'Leave out of an extract everybody who is not on the list that came back'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "import-decisions" -d 'Put the answers of organisations together, as `audit --decisions` reads them'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from register" -f -a "import" -d 'Read national lists, count them, and write them as tables of a register'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from register" -f -a "list" -d 'List the organisations of a pack that are open on a day'
complete -c carepact -n "__fish_carepact_using_subcommand help; and __fish_seen_subcommand_from register" -f -a "check" -d 'Compare a pack\'s register with national lists'
