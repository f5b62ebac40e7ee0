//! A short melody as ring-back material for shops that have no recording of their own.

/// Samples a second: what telephony equipment takes.
pub const SAMPLE_RATE: u32 = 8000;
/// Length in milliseconds.
pub const DURATION_MS: u32 = 9600;

// A rising pentatonic phrase and its answer, in hertz; zero is a rest. Within the telephone band.
const NOTES: [u32; 16] = [
    523, 587, 659, 784, 880, 784, 659, 0, 587, 659, 784, 880, 1047, 880, 784, 0,
];

/// The melody as a WAV file: PCM, 16 bit, 8 kHz, mono, each note fading out like a bell.
pub fn wav() -> Vec<u8> {
    let per_note = (SAMPLE_RATE * DURATION_MS / 1000) as usize / NOTES.len();
    let bytes = (per_note * NOTES.len() * 2) as u32;
    let mut out = Vec::with_capacity(44 + bytes as usize);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(36 + bytes).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&16u32.to_le_bytes());
    out.extend_from_slice(&1u16.to_le_bytes()); // PCM
    out.extend_from_slice(&1u16.to_le_bytes()); // mono
    out.extend_from_slice(&SAMPLE_RATE.to_le_bytes());
    out.extend_from_slice(&(SAMPLE_RATE * 2).to_le_bytes());
    out.extend_from_slice(&2u16.to_le_bytes());
    out.extend_from_slice(&16u16.to_le_bytes());
    out.extend_from_slice(b"data");
    out.extend_from_slice(&bytes.to_le_bytes());
    for hertz in NOTES {
        for sample in 0..per_note {
            let at = sample as f64 / f64::from(SAMPLE_RATE);
            let wave = (std::f64::consts::TAU * f64::from(hertz) * at).sin();
            // Attack within 10 ms, or the start of each note clicks.
            let loudness = (at / 0.01).min(1.0) * (-4.0 * at).exp() * 0.5;
            out.extend_from_slice(&((wave * loudness * f64::from(i16::MAX)) as i16).to_le_bytes());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_melody_is_a_wav_file_within_the_ring_back_limits() {
        let wav = wav();
        assert_eq!(&wav[..4], b"RIFF");
        assert_eq!(
            u32::from_le_bytes(wav[4..8].try_into().unwrap()) as usize,
            wav.len() - 8
        );
        assert_eq!(u32::from_le_bytes(wav[24..28].try_into().unwrap()), 8000);
        assert_eq!(
            (wav.len() - 44) as u32,
            SAMPLE_RATE * 2 * DURATION_MS / 1000
        );
        assert!(wav.len() < 1_000_000);
        assert!(wav[44..].iter().any(|b| *b != 0), "silence");
    }
}
