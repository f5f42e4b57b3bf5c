//! The repair of a release that does not reach what it asks for: written again, and measured again.

use std::io::{BufWriter, Write};
use std::path::Path;

use super::{Facts, Ground, check_risk, not_measured, unmeasured, unwritten};
use crate::commands::failure::Failure;
use crate::commands::pseudonymise::write::{Spool, Target};
use crate::disclosure::coded::Coded;
use crate::pseudonymise::repair::{ApplyError, Remedy, output_columns};
use crate::pseudonymise::risk_gate::{Earlier, RiskGate, Unmeasured, Verdict};
use crate::tabular::Layout;

/// Rows on their way to the second file: hashed and measured.
struct Measured<'r, W> {
    out: W,
    hash: ring::digest::Context,
    gate: RiskGate<'r>,
}

impl<W: Write> Write for Measured<'_, W> {
    fn write(&mut self, rows: &[u8]) -> std::io::Result<usize> {
        self.write_all(rows)?;
        Ok(rows.len())
    }

    fn write_all(&mut self, rows: &[u8]) -> std::io::Result<()> {
        self.gate.add(rows).map_err(unmeasured)?;
        self.hash.update(rows);
        self.out.write_all(rows)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

#[allow(clippy::too_many_arguments)]
/// Repairs what was written, within what the agreement allows; what comes out takes its place.
pub(super) fn run(
    ground: &Ground<'_>,
    target: &Target,
    mut written: Spool,
    facts: &mut Facts,
    before: Verdict,
    coded: &Coded,
    earlier: &Earlier,
    memory: usize,
    spill: &Path,
) -> anyhow::Result<Spool> {
    let release = ground.release;
    let Some((risk, rule)) = release.risk.as_ref().and_then(|risk| Some((risk, risk.repair.as_ref()?))) else { return Ok(written) };
    let at = ground.sources.locate(rule.span);
    let remedy = Remedy::new(release, risk, rule, coded, earlier.known());
    if let Some(broken) = Unmeasured::broken(coded) {
        return Err(not_measured(&broken).into());
    }
    let remedy = remedy.map_err(|error| {
        Failure::refused(format!("{}: disclosure risk is over what the release allows ({}), and {error} ({at})", release.place, before.refusals.join("; ")))
            .next("Coarsen a quasi-identifier in `columns:`, or agree on a wider `repair:`; `carepact risk EXTRACT --qi ... --plan` shows what each way would cost.")
            .next("Nothing was released, and nothing was left behind.")
    })?;
    let columns = output_columns(release);
    let header: Vec<String> = columns.iter().map(|column| release.columns[*column].output.clone()).collect();
    let layout = Layout { delimiter: b',', header, bom: false, crlf: false };
    let mut again = target.spool(false)?;
    let Some(gate) = RiskGate::new(release, earlier, memory, Some(spill.to_owned())) else { return Ok(written) };
    let mut hash = ring::digest::Context::new(&ring::digest::SHA256);
    let first = release.header_line();
    hash.update(&first);
    let source = written.reread().map_err(|error| unwritten(&error))?;
    let (sha256, gate) = {
        let mut out = BufWriter::with_capacity(1 << 20, &mut again.release);
        out.write_all(&first).map_err(|error| unwritten(&error))?;
        let mut to = Measured { out, hash, gate };
        remedy.apply(&layout, earlier.known(), source, &mut to, |row, filled| facts.leave_out(row, &columns, filled)).map_err(|error| match error {
            ApplyError::Io(error) => unwritten(&error),
            error => Failure::unreadable(format!("cannot read the release again: {error}")).next("Nothing was left behind. Run it again."),
        })?;
        to.flush().map_err(|error| unwritten(&error))?;
        (crate::text::hex(to.hash.finish().as_ref()), to.gate)
    };
    facts.sha256 = sha256;
    // Who is left out may have been the only one with an identifier; what was counted before says nothing now.
    facts.distinct.clear();
    let (after, _) = gate.finish().map_err(|error| not_measured(&error))?;
    check_risk(ground, facts, after)?;
    facts.repair = Some((before, remedy));
    Ok(again)
}
