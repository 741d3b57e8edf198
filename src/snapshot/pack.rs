//! Lines to a zstd frame and back, a piece at a time.

use super::SnapshotError;
use zstd::stream::raw::{CParameter, DParameter, Decoder, Encoder, InBuffer, Operation, OutBuffer};

/// Little to gain above it, and it takes longer.
const LEVEL: i32 = 6;
/// Every zstd reader must have this much memory (8 MiB), and the catalogs of one database that look like those of
/// another are seldom farther apart.
const WINDOW_LOG: u32 = 23;
/// What is squeezed or spread at once.
const PIECE: usize = 128 * 1024;
/// JSON shrinks to a twentieth, so this is no snapshot but something that means to fill the memory.
const MOST_GROWTH: usize = 2000;
/// Nor is a line as long as this.
const LONGEST_LINE: usize = 64 * 1024 * 1024;

/// Takes lines, gives the file.
pub(super) struct Packer {
    encoder: Encoder<'static>,
    text: Vec<u8>,
    out: Vec<u8>,
    pub lines: u64,
}

impl Packer {
    pub fn new() -> Result<Packer, SnapshotError> {
        let mut encoder = Encoder::new(LEVEL).map_err(unwritable)?;
        encoder.set_parameter(CParameter::ChecksumFlag(true)).map_err(unwritable)?;
        encoder.set_parameter(CParameter::WindowLog(WINDOW_LOG)).map_err(unwritable)?;
        Ok(Packer { encoder, text: Vec::new(), out: Vec::new(), lines: 0 })
    }

    pub fn line(&mut self, line: &impl serde::Serialize) -> Result<(), SnapshotError> {
        serde_json::to_writer(&mut self.text, line).map_err(unwritable)?;
        self.text.push(b'\n');
        self.lines += 1;
        if self.text.len() >= PIECE { self.squeeze() } else { Ok(()) }
    }

    fn squeeze(&mut self) -> Result<(), SnapshotError> {
        let mut input = InBuffer::around(&self.text);
        let mut piece = vec![0; PIECE];
        while input.pos < self.text.len() {
            let mut output = OutBuffer::around(&mut piece);
            self.encoder.run(&mut input, &mut output).map_err(unwritable)?;
            self.out.extend_from_slice(output.as_slice());
        }
        self.text.clear();
        Ok(())
    }

    pub fn finish(mut self) -> Result<Vec<u8>, SnapshotError> {
        self.squeeze()?;
        let mut piece = vec![0; PIECE];
        loop {
            let mut output = OutBuffer::around(&mut piece);
            let left = self.encoder.finish(&mut output, true).map_err(unwritable)?;
            self.out.extend_from_slice(output.as_slice());
            if left == 0 {
                return Ok(self.out);
            }
        }
    }
}

fn unwritable(error: impl ToString) -> SnapshotError {
    SnapshotError::Unwritable(error.to_string())
}

/// Gives each line to `take`. The last of the frame's bytes is a checksum: what was taken counts only if this succeeds.
pub(super) fn unpack(
    bytes: &[u8],
    mut take: impl FnMut(&[u8]) -> Result<(), SnapshotError>,
) -> Result<(), SnapshotError> {
    let mut decoder = Decoder::new().map_err(damaged)?;
    decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG)).map_err(damaged)?;
    let mut input = InBuffer::around(bytes);
    let (mut piece, mut text, mut total) = (vec![0; PIECE], Vec::new(), 0_usize);
    loop {
        let before = input.pos;
        let mut output = OutBuffer::around(&mut piece);
        let hint = decoder.run(&mut input, &mut output).map_err(damaged)?;
        let got = output.as_slice();
        total += got.len();
        if total > bytes.len().saturating_mul(MOST_GROWTH) {
            return Err(damaged("it grows too much"));
        }
        let nothing_moves = got.is_empty() && input.pos == before;
        text.extend_from_slice(got);
        take_lines(&mut text, &mut take)?;
        match hint {
            0 if input.pos < bytes.len() => return Err(damaged("something stands behind its end")),
            0 if !text.is_empty() => return Err(damaged("its last line has no end")),
            0 => return Ok(()),
            _ if nothing_moves => return Err(damaged("its end is missing")),
            _ => {}
        }
    }
}

/// Takes the whole lines, and leaves what comes after them.
fn take_lines(
    text: &mut Vec<u8>,
    take: &mut impl FnMut(&[u8]) -> Result<(), SnapshotError>,
) -> Result<(), SnapshotError> {
    let mut from = 0;
    while let Some(length) = text.get(from..).and_then(|rest| rest.iter().position(|byte| *byte == b'\n')) {
        take(text.get(from..from + length).unwrap_or(&[]))?;
        from += length + 1;
    }
    text.drain(..from);
    if text.len() > LONGEST_LINE { Err(damaged("a line is too long")) } else { Ok(()) }
}

pub(super) fn damaged(what: impl ToString) -> SnapshotError {
    SnapshotError::Damaged(what.to_string())
}
