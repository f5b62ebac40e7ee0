//! H.264 by OpenH264, one core.

use super::super::mp4::{Film, Frame, split_units};
use super::RATE;
use super::planes::Planes;
use anyhow::Context as _;
use openh264::OpenH264API;
use openh264::encoder::{
    BitRate, Complexity, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, Level,
    Profile, RateControlMode, VuiConfig,
};
use openh264::formats::YUVSlices;

/// Bits in a second. Little moves, so the file is far smaller than this allows.
const BITS: u32 = 8_000_000;

/// Takes pictures and makes the film.
pub struct Camera {
    encoder: Encoder,
    film: Film,
}

impl Camera {
    pub fn new(width: usize, height: usize) -> anyhow::Result<Self> {
        let config = EncoderConfig::new()
            .bitrate(BitRate::from_bps(BITS))
            .max_frame_rate(FrameRate::from_hz(RATE as f32))
            .rate_control_mode(RateControlMode::Quality)
            .skip_frames(false)
            .profile(Profile::High)
            .level(Level::Level_4_0)
            .intra_frame_period(IntraFramePeriod::from_num_frames(RATE * 2))
            .scene_change_detect(false)
            // Whoever waits for the film waits half as long; of what moves this little is seen.
            .complexity(Complexity::Low)
            .num_threads(1)
            .vui(VuiConfig::bt709());
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config)
            .context("start the encoder")?;
        Ok(Self {
            encoder,
            film: Film {
                width: width as u16,
                height: height as u16,
                rate: RATE,
                sps: Vec::new(),
                pps: Vec::new(),
                frames: Vec::new(),
            },
        })
    }

    /// One more frame.
    pub fn take(&mut self, planes: &Planes) -> anyhow::Result<()> {
        let half = planes.width / 2;
        let picture = YUVSlices::new(
            (&planes.y, &planes.u, &planes.v),
            (planes.width, planes.height),
            (planes.width, half, half),
        );
        let encoded = self.encoder.encode(&picture).context("encode a frame")?;
        let key = matches!(encoded.frame_type(), FrameType::IDR | FrameType::I);
        let stream = encoded.to_vec();
        let mut bytes = Vec::with_capacity(stream.len() + 16);
        for unit in split_units(&stream) {
            match unit.first().map(|b| b & 31) {
                Some(7) => self.film.sps = unit.to_vec(),
                Some(8) => self.film.pps = unit.to_vec(),
                _ => {
                    bytes.extend_from_slice(&(unit.len() as u32).to_be_bytes());
                    bytes.extend_from_slice(unit);
                }
            }
        }
        anyhow::ensure!(!bytes.is_empty(), "the encoder left a frame out");
        self.film.frames.push(Frame { bytes, key });
        Ok(())
    }

    /// What was taken, when all frames are there.
    ///
    /// # Errors
    /// The encoder told nothing of it.
    pub fn cut(self) -> anyhow::Result<Film> {
        anyhow::ensure!(
            !self.film.sps.is_empty() && !self.film.pps.is_empty(),
            "the encoder told nothing of the film"
        );
        Ok(self.film)
    }
}
