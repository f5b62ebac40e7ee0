//! An MP4 file around H.264 pictures and a silent sound track: everything a television needs to know stands
//! before the pictures, so that it can be played while it is being loaded.

/// One picture in the form of the file: length-prefixed units.
#[derive(Clone)]
pub struct Frame {
    pub bytes: Vec<u8>,
    /// Nothing before it is needed to show it.
    pub key: bool,
}

/// A moving picture. All of its frames are shown equally long.
#[derive(Clone)]
pub struct Film {
    pub width: u16,
    pub height: u16,
    /// Frames in a second.
    pub rate: u32,
    /// The parameter sets, without start codes.
    pub sps: Vec<u8>,
    pub pps: Vec<u8>,
    pub frames: Vec<Frame>,
}

/// Ticks in a second of the whole file.
const CLOCK: u32 = 1000;
/// Sound: samples in a second, samples in a packet.
const SOUND_RATE: u32 = 48_000;
const PACKET: u32 = 1024;
/// A packet of stereo silence, AAC-LC.
const SILENCE: [u8; 9] = [0x21, 0x00, 0x49, 0x90, 0x02, 0x19, 0x00, 0x23, 0x80];

/// Annex B → the units of one picture and the parameter sets in it.
pub fn split_units(stream: &[u8]) -> Vec<&[u8]> {
    let mut starts = Vec::new();
    let mut at = 0;
    while at + 3 <= stream.len() {
        if stream[at..at + 3] == [0, 0, 1] {
            starts.push(at);
            at += 3;
        } else {
            at += 1;
        }
    }
    let ends = starts.iter().skip(1).copied().chain([stream.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let unit = &stream[start + 3..end];
            // The zero before a longer start code belongs to it.
            let kept = unit
                .iter()
                .rposition(|b| *b != 0)
                .map_or(0, |last| last + 1);
            &unit[..kept]
        })
        .filter(|unit| !unit.is_empty())
        .collect()
}

fn atom(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let length = 8 + parts.iter().map(|p| p.len()).sum::<usize>();
    let mut all = Vec::with_capacity(length);
    all.extend_from_slice(&(length as u32).to_be_bytes());
    all.extend_from_slice(name);
    for part in parts {
        all.extend_from_slice(part);
    }
    all
}

/// Big-endian numbers one after the other.
fn words(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
}

fn halves(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
}

const UNITY: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/// The whole file.
pub fn write_mp4(film: &Film) -> Vec<u8> {
    let head = atom(
        b"ftyp",
        &[
            b"isom",
            &words(&[0x200]),
            b"isom",
            b"iso2",
            b"avc1",
            b"mp41",
        ],
    );
    let pictures: usize = film.frames.iter().map(|f| f.bytes.len()).sum();
    let duration = film.frames.len() as u64 * u64::from(CLOCK) / u64::from(film.rate);
    let packets = (duration * u64::from(SOUND_RATE) / u64::from(CLOCK) / u64::from(PACKET)) as u32;
    // Where things lie does not change how long the header is, so it is written twice.
    let length = header(film, duration as u32, packets, 0, 0).len();
    let first = (head.len() + length + 8) as u32;
    let moov = header(
        film,
        duration as u32,
        packets,
        first,
        first + pictures as u32,
    );
    let mut file = head;
    file.extend_from_slice(&moov);
    let body = 8 + pictures + packets as usize * SILENCE.len();
    file.extend_from_slice(&(body as u32).to_be_bytes());
    file.extend_from_slice(b"mdat");
    for frame in &film.frames {
        file.extend_from_slice(&frame.bytes);
    }
    for _ in 0..packets {
        file.extend_from_slice(&SILENCE);
    }
    file
}

fn header(film: &Film, duration: u32, packets: u32, video_at: u32, sound_at: u32) -> Vec<u8> {
    let mut mvhd = words(&[0, 0, 0, CLOCK, duration, 0x1_0000]);
    mvhd.extend(halves(&[0x0100, 0]));
    mvhd.extend(words(&[0, 0]));
    mvhd.extend(words(&UNITY));
    mvhd.extend(words(&[0, 0, 0, 0, 0, 0, 3]));
    atom(
        b"moov",
        &[
            &atom(b"mvhd", &[&mvhd]),
            &video_track(film, duration, video_at),
            &sound_track(duration, packets, sound_at),
        ],
    )
}

fn track_header(id: u32, duration: u32, volume: u16, width: u16, height: u16) -> Vec<u8> {
    let mut tkhd = words(&[3, 0, 0, id, 0, duration, 0, 0]);
    tkhd.extend(halves(&[0, 0, volume, 0]));
    tkhd.extend(words(&UNITY));
    tkhd.extend(words(&[u32::from(width) << 16, u32::from(height) << 16]));
    atom(b"tkhd", &[&tkhd])
}

/// What both kinds of media say about themselves. `und` is "no language".
fn media(clock: u32, ticks: u32, kind: &[u8; 4], minf: &[u8]) -> Vec<u8> {
    let mut mdhd = words(&[0, 0, 0, clock, ticks]);
    mdhd.extend(halves(&[0x55C4, 0]));
    let mut hdlr = words(&[0, 0]);
    hdlr.extend_from_slice(kind);
    hdlr.extend(words(&[0, 0, 0]));
    hdlr.push(0);
    atom(
        b"mdia",
        &[&atom(b"mdhd", &[&mdhd]), &atom(b"hdlr", &[&hdlr]), minf],
    )
}

fn data_reference() -> Vec<u8> {
    let here = atom(b"url ", &[&words(&[1])]);
    atom(b"dinf", &[&atom(b"dref", &[&words(&[0, 1]), &here])])
}

/// All samples lie in one chunk at `at`.
fn sample_table(
    entry: &[u8],
    times: &[u32],
    keys: Option<Vec<u32>>,
    sizes: &[u32],
    count: u32,
    at: u32,
) -> Vec<u8> {
    let stsd = atom(b"stsd", &[&words(&[0, 1]), entry]);
    let mut numbers = vec![0, times.len() as u32 / 2];
    numbers.extend_from_slice(times);
    let stts = atom(b"stts", &[&words(&numbers)]);
    let stss = keys.map_or_else(Vec::new, |keys| {
        let mut numbers = vec![0, keys.len() as u32];
        numbers.extend(keys);
        atom(b"stss", &[&words(&numbers)])
    });
    let stsc = atom(b"stsc", &[&words(&[0, 1, 1, count, 1])]);
    let mut numbers = match sizes {
        [all] => vec![0, *all, count],
        _ => vec![0, 0, count],
    };
    if sizes.len() > 1 {
        numbers.extend_from_slice(sizes);
    }
    let stsz = atom(b"stsz", &[&words(&numbers)]);
    let stco = atom(b"stco", &[&words(&[0, 1, at])]);
    atom(b"stbl", &[&stsd, &stts, &stss, &stsc, &stsz, &stco])
}

fn video_track(film: &Film, duration: u32, at: u32) -> Vec<u8> {
    let count = film.frames.len() as u32;
    let [profile, compatible, level] = match film.sps.get(1..4) {
        Some([a, b, c]) => [*a, *b, *c],
        _ => [100, 0, 40],
    };
    let mut avcc = vec![1, profile, compatible, level, 0xFF, 0xE1];
    avcc.extend((film.sps.len() as u16).to_be_bytes());
    avcc.extend_from_slice(&film.sps);
    avcc.push(1);
    avcc.extend((film.pps.len() as u16).to_be_bytes());
    avcc.extend_from_slice(&film.pps);
    if matches!(profile, 100 | 110 | 122 | 144) {
        // 4:2:0, eight bits, no further sets.
        avcc.extend_from_slice(&[0xFD, 0xF8, 0xF8, 0]);
    }
    let mut avc1 = words(&[0]);
    avc1.extend(halves(&[0, 1]));
    avc1.extend(words(&[0, 0, 0, 0]));
    avc1.extend(halves(&[film.width, film.height]));
    avc1.extend(words(&[0x48_0000, 0x48_0000, 0]));
    avc1.extend(halves(&[1]));
    avc1.extend([0; 32]);
    avc1.extend(halves(&[24, 0xFFFF]));
    avc1.extend(atom(b"avcC", &[&avcc]));
    // BT.709, limited range.
    avc1.extend(atom(b"colr", &[b"nclx", &halves(&[1, 1, 1]), &[0]]));
    let entry = atom(b"avc1", &[&avc1]);
    let keys: Vec<u32> = (1..=count)
        .zip(&film.frames)
        .filter(|(_, frame)| frame.key)
        .map(|(i, _)| i)
        .collect();
    let sizes: Vec<u32> = film.frames.iter().map(|f| f.bytes.len() as u32).collect();
    // A thousand ticks to a frame.
    let clock = film.rate * 1000;
    let table = sample_table(&entry, &[count, 1000], Some(keys), &sizes, count, at);
    let vmhd = atom(b"vmhd", &[&words(&[1, 0, 0])]);
    let minf = atom(b"minf", &[&vmhd, &data_reference(), &table]);
    let mdia = media(clock, count * 1000, b"vide", &minf);
    atom(
        b"trak",
        &[
            &track_header(1, duration, 0, film.width, film.height),
            &mdia,
        ],
    )
}

fn sound_track(duration: u32, packets: u32, at: u32) -> Vec<u8> {
    // AAC-LC, 48 kHz, stereo; sizes of nested descriptors in one byte each.
    let mut esds = words(&[0]);
    esds.extend_from_slice(&[
        0x03, 25, 0, 2, 0, 0x04, 17, 0x40, 0x15, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0x10, 0, 0x05, 2,
        0x11, 0x90, 0x06, 1, 2,
    ]);
    let mut mp4a = words(&[0]);
    mp4a.extend(halves(&[0, 1]));
    mp4a.extend(words(&[0, 0]));
    mp4a.extend(halves(&[2, 16, 0, 0]));
    mp4a.extend(words(&[SOUND_RATE << 16]));
    mp4a.extend(atom(b"esds", &[&esds]));
    let entry = atom(b"mp4a", &[&mp4a]);
    let size = SILENCE.len() as u32;
    let table = sample_table(&entry, &[packets, PACKET], None, &[size], packets, at);
    let smhd = atom(b"smhd", &[&words(&[0, 0])]);
    let minf = atom(b"minf", &[&smhd, &data_reference(), &table]);
    let mdia = media(SOUND_RATE, packets * PACKET, b"soun", &minf);
    atom(b"trak", &[&track_header(2, duration, 0x0100, 0, 0), &mdia])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_found_between_start_codes_of_either_length() {
        let stream = [
            0, 0, 0, 1, 0x67, 9, 0, 0, 0, 1, 0x68, 7, 0, 0, 1, 0x65, 0, 5,
        ];
        let units = split_units(&stream);
        assert_eq!(units, [&[0x67, 9][..], &[0x68, 7], &[0x65, 0, 5]]);
        assert!(split_units(&[1, 2, 3]).is_empty());
    }
}
