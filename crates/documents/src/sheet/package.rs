//! Packed files (xlsx, ods): their parts by name, and what the parts' XML says.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Cursor, Error, ErrorKind, Read};
use std::rc::Rc;

use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;

use super::book::Fault;
use super::bounds::{self, Counted, Limit, MAX_EVENT_BYTES, MAX_EVENTS, MAX_PARTS, MAX_UNPACKED_BYTES};

/// How the entry of each part begins in a packed file's directory (APPNOTE 4.3.12).
const ENTRY: &[u8] = b"PK\x01\x02";
/// How the record begins in which a large file says how many parts it has, and what stands behind it (4.3.14, 4.3.15).
const END: &[u8] = b"PK\x06\x06";
const BEHIND_END: &[u8] = b"PK\x06\x07";
/// Where in that record stand the number of bytes that follow, those bytes, and the number of parts.
const END_LENGTH: usize = 4;
const END_REST: u64 = 12;
const END_PARTS: usize = 32;

/// A packed file.
pub(super) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// Names as programs mean them, whatever their case and slashes.
    places: HashMap<String, usize>,
    names: Vec<String>,
    /// Bytes that may still be unpacked.
    left: u64,
    /// Tags and texts that may still be read.
    events: Rc<Cell<usize>>,
}

impl<'b> Package<'b> {
    pub(super) fn open(bytes: &'b [u8]) -> Result<Package<'b>, Fault> {
        // The library makes room for each entry that is there, a hundred times what it takes in the file, and before that
        // for as many as the file says it has.
        let there = memmem::find_iter(bytes, ENTRY).take(MAX_PARTS + 1).count();
        bounds::entries(there.max(stated_parts(bytes)), MAX_PARTS, Counted::Parts)?;
        let archive = ZipArchive::new(Cursor::new(bytes))?;
        let name = |place| {
            archive
                .name_for_index(place)
                .and_then(Result::ok)
                .map(Cow::into_owned)
                .unwrap_or_default()
        };
        let names: Vec<String> = (0..archive.len()).map(name).collect();
        let places = names
            .iter()
            .enumerate()
            .map(|(place, name)| (plain(name), place))
            .collect();
        Ok(Package {
            archive,
            places,
            names,
            left: MAX_UNPACKED_BYTES,
            events: Rc::new(Cell::new(MAX_EVENTS)),
        })
    }

    /// The names of all parts, as written.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn holds(&self, name: &str) -> bool {
        self.places.contains_key(&plain(name))
    }

    /// One part, unpacked as it is read. All that is unpacked of the file is bounded together: many sheets may be one
    /// part.
    pub(super) fn part<'p>(&'p mut self, name: &str) -> Result<Option<impl BufRead + use<'p, 'b>>, Fault> {
        let Some(place) = self.places.get(&plain(name)) else {
            return Ok(None);
        };
        let part = self.archive.by_index(*place)?;
        Ok(Some(BufReader::new(Bounded {
            inner: part,
            left: &mut self.left,
        })))
    }

    /// One part as XML.
    pub(super) fn xml<'p>(&'p mut self, name: &str) -> Result<Option<Xml<impl BufRead + use<'p, 'b>>>, Fault> {
        let events = self.events.clone();
        Ok(self.part(name)?.map(|part| Xml {
            events,
            ..Xml::new(part)
        }))
    }
}

/// How many parts a packed file says it has, where it says so in a record for large files: any other says no more than
/// 65,535.
fn stated_parts(bytes: &[u8]) -> usize {
    let number = |at: usize| Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    let stated = |at: usize| {
        let behind = number(at + END_LENGTH)?.checked_add(at as u64 + END_REST)?;
        let ended = bytes.get(usize::try_from(behind).ok()?..)?.starts_with(BEHIND_END);
        ended.then(|| number(at + END_PARTS)).flatten()
    };
    let most = memmem::find_iter(bytes, END).filter_map(stated).max();
    most.map_or(0, |most| usize::try_from(most).unwrap_or(usize::MAX))
}

fn plain(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_lowercase()
}

fn too_large(most: u64, counted: Counted) -> Error {
    Error::new(ErrorKind::FileTooLarge, Limit::of(most as usize, counted))
}

/// Ends with an error beyond so many bytes, where `take` would end as if the file did.
struct Bounded<'l, R> {
    inner: R,
    left: &'l mut u64,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        *self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| too_large(MAX_UNPACKED_BYTES >> 20, Counted::UnpackedMegabytes))?;
        Ok(read)
    }
}

/// Ends with an error where a single tag, comment or text is longer than the bound: it is held whole.
struct Sparing<R> {
    inner: R,
    left: usize,
}

impl<R: BufRead> Read for Sparing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Sparing<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        let filled = self.inner.fill_buf()?;
        if self.left == 0 && !filled.is_empty() {
            return Err(too_large(MAX_EVENT_BYTES as u64 >> 20, Counted::PieceMegabytes));
        }
        Ok(&filled[..filled.len().min(self.left)])
    }

    fn consume(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(bytes);
        self.inner.consume(bytes);
    }
}

/// XML event by event, lenient about what does not matter here.
pub(super) struct Xml<R> {
    reader: Reader<Sparing<R>>,
    buffer: Vec<u8>,
    /// Events that may still come, of this part and those after it.
    events: Rc<Cell<usize>>,
}

impl<R: BufRead> Xml<R> {
    pub(super) fn new(source: R) -> Xml<R> {
        let mut reader = Reader::from_reader(Sparing {
            inner: source,
            left: MAX_EVENT_BYTES,
        });
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Xml {
            reader,
            buffer: Vec::with_capacity(1024),
            events: Rc::new(Cell::new(MAX_EVENTS)),
        }
    }

    /// The next event; [`Event::Eof`] at the end.
    pub(super) fn next(&mut self) -> Result<Event<'_>, Fault> {
        let left = self.events.get().checked_sub(1);
        self.events
            .set(left.ok_or_else(|| Fault::TooLarge(Limit::of(MAX_EVENTS, Counted::Tags)))?);
        self.buffer.clear();
        self.reader.get_mut().left = MAX_EVENT_BYTES;
        Ok(self.reader.read_event_into(&mut self.buffer)?)
    }
}

/// An attribute by its local name, resolved.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    attributes(element)
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.into_owned())
}

/// All attributes with their local names, resolved.
pub(super) fn attributes<'e>(element: &'e BytesStart<'_>) -> impl Iterator<Item = (&'e str, Cow<'e, str>)> {
    let mut attributes = element.attributes();
    attributes.with_checks(false);
    attributes.flatten().map(|attribute| {
        let key = attribute.key.0;
        let local = key.rsplit_once(':').map_or(key, |(_, local)| local);
        let value = match quick_xml::escape::unescape(&attribute.value) {
            Ok(Cow::Owned(resolved)) => Cow::Owned(resolved),
            // Nothing to resolve, or not to be resolved.
            _ => attribute.value,
        };
        (local, value)
    })
}

/// Whether a switch such as `hidden` is on.
pub(super) fn is_on(value: &str) -> bool {
    !matches!(value, "0" | "false" | "off")
}

/// Adds what a text event says to a text that will be a cell's, or stands for one.
pub(super) fn add_text(text: &mut String, event: &Event<'_>) -> Result<(), Fault> {
    match event {
        Event::Text(part) => text.push_str(&part.xml10_content()),
        Event::CData(part) => text.push_str(&part.xml10_content()),
        Event::GeneralRef(name) => add_reference(text, name),
        _ => {}
    }
    bounds::piece(text)
}

fn add_reference(text: &mut String, reference: &BytesRef<'_>) {
    match reference.resolve_char_ref() {
        Ok(Some(c)) => text.push(c),
        _ => match quick_xml::escape::resolve_xml_entity(reference) {
            Some(known) => text.push_str(known),
            None if reference.as_ref() == "nbsp" => text.push('\u{a0}'),
            None => {
                text.push('&');
                text.push_str(reference);
                text.push(';');
            }
        },
    }
}
