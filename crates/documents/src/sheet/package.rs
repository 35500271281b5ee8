//! Packed files (xlsx, ods): their parts by name, and what the parts' XML says.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;

use super::book::{Fault, MAX_PART_BYTES};

/// A packed file.
pub(super) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// Names as programs mean them, whatever their case and slashes.
    places: HashMap<String, usize>,
    names: Vec<String>,
}

impl<'b> Package<'b> {
    pub(super) fn open(bytes: &'b [u8]) -> Result<Package<'b>, Fault> {
        let archive = ZipArchive::new(Cursor::new(bytes))?;
        let name = |place| archive.name_for_index(place).and_then(Result::ok).map(Cow::into_owned).unwrap_or_default();
        let names: Vec<String> = (0..archive.len()).map(name).collect();
        let places = names.iter().enumerate().map(|(place, name)| (plain(name), place)).collect();
        Ok(Package { archive, places, names })
    }

    /// The names of all parts, as written.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn holds(&self, name: &str) -> bool {
        self.places.contains_key(&plain(name))
    }

    /// One part, unpacked as it is read and no further than the bound.
    pub(super) fn part<'p>(&'p mut self, name: &str) -> Result<Option<impl BufRead + use<'p, 'b>>, Fault> {
        let Some(place) = self.places.get(&plain(name)) else { return Ok(None) };
        let part = self.archive.by_index(*place)?;
        Ok(Some(BufReader::new(Bounded { inner: part, left: MAX_PART_BYTES })))
    }

    /// One part as XML.
    pub(super) fn xml<'p>(&'p mut self, name: &str) -> Result<Option<Xml<impl BufRead + use<'p, 'b>>>, Fault> {
        Ok(self.part(name)?.map(Xml::new))
    }
}

fn plain(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_lowercase()
}

/// Ends with an error beyond so many bytes, where `take` would end as if the file did.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            let limit = format!("解开后超过 {} MB", MAX_PART_BYTES >> 20);
            std::io::Error::new(std::io::ErrorKind::FileTooLarge, limit)
        })?;
        Ok(read)
    }
}

/// XML event by event, lenient about what does not matter here.
pub(super) struct Xml<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
}

impl<R: BufRead> Xml<R> {
    pub(super) fn new(source: R) -> Xml<R> {
        let mut reader = Reader::from_reader(source);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Xml { reader, buffer: Vec::with_capacity(1024) }
    }

    /// The next event; [`Event::Eof`] at the end.
    pub(super) fn next(&mut self) -> Result<Event<'_>, Fault> {
        self.buffer.clear();
        Ok(self.reader.read_event_into(&mut self.buffer)?)
    }
}

/// An attribute by its local name, resolved.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    attributes(element).find(|(key, _)| *key == name).map(|(_, value)| value.into_owned())
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

/// Adds what a text event says to a text.
pub(super) fn add_text(text: &mut String, event: &Event<'_>) {
    match event {
        Event::Text(part) => text.push_str(&part.xml10_content()),
        Event::CData(part) => text.push_str(&part.xml10_content()),
        Event::GeneralRef(name) => add_reference(text, name),
        _ => {}
    }
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
