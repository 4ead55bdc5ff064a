//! Reads JSON in one pass over its text.
//!
//! Plans are large, and most of a plan is null or false. Meaningless parts never become a tree: see [`Keep`]. Skipped parts are only
//! searched for their end. The errors of this module say where a broken text is wrong, not why.

use std::borrow::Cow;

use memchr::memchr2;
use rustc_hash::FxHashMap;

use super::json::{Json, Member, Object};
use crate::value::Str;

/// The deepest nesting that is accepted.
const MAX_DEPTH: usize = 128;

/// Which parts of a value become a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::estate::plan) enum Keep {
    /// All of it.
    All,
    /// All but the nulls of the object itself and of objects in lists: those nulls mean that nothing was set.
    Set,
    /// `true` and the path to it: marks such as `after_unknown`.
    True,
    /// `true`, lists and objects: marks in the shape of the value that they mark.
    Shape,
}

/// Where a text cannot be read and, if it is valid JSON of an unexpected shape, what was expected.
#[derive(Clone, Copy, Debug)]
pub(in crate::estate::plan) struct Broken {
    pub(in crate::estate::plan) at: usize,
    pub(in crate::estate::plan) expected: Option<&'static str>,
}

pub(in crate::estate::plan) type ReadResult<T> = Result<T, Broken>;

/// Reads a text from its start.
pub(in crate::estate::plan) struct JsonCursor<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    /// Elements of lists that are still open.
    items: Vec<Json>,
    /// Members of objects that are still open.
    members: Vec<Member>,
    /// Frequent words, stored once.
    words: FxHashMap<&'t str, Str>,
}

impl<'t> JsonCursor<'t> {
    pub(in crate::estate::plan) fn new(text: &'t str) -> Self {
        Self { text, at: 0, depth: 0, items: Vec::new(), members: Vec::new(), words: FxHashMap::default() }
    }

    /// The length of the text, in bytes.
    pub(in crate::estate::plan) fn len(&self) -> usize {
        self.text.len()
    }

    /// The offset at which the next value starts.
    pub(in crate::estate::plan) fn position(&mut self) -> usize {
        self.space();
        self.at
    }

    fn broken<T>(&self) -> ReadResult<T> {
        Err(Broken { at: self.at, expected: None })
    }

    fn unexpected<T>(&self, expected: &'static str) -> ReadResult<T> {
        Err(Broken { at: self.at, expected: Some(expected) })
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
    }

    /// Takes a byte if it is next after space.
    fn take(&mut self, byte: u8) -> bool {
        self.space();
        let is_next = self.byte() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn literal(&mut self, word: &str) -> bool {
        let is_next =
            self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes()));
        if is_next {
            self.at += word.len();
        }
        is_next
    }

    /// Checks that only space follows.
    pub(in crate::estate::plan) fn end(&mut self) -> ReadResult<()> {
        self.space();
        if self.byte().is_none() { Ok(()) } else { self.broken() }
    }

    /// Calls `each` for every member of an object; it must read or skip the value. `null` has no members.
    pub(in crate::estate::plan) fn object(
        &mut self,
        each: &mut dyn FnMut(&mut Self, Cow<'t, str>) -> ReadResult<()>,
    ) -> ReadResult<()> {
        self.space();
        match self.byte() {
            Some(b'{') => {}
            Some(b'n') if self.literal("null") => return Ok(()),
            Some(b'[' | b'"' | b't' | b'f' | b'-' | b'0'..=b'9') => return self.unexpected("an object"),
            _ => return self.broken(),
        }
        self.enter()?;
        if !self.take(b'}') {
            loop {
                self.space();
                let name = self.string()?;
                if !self.take(b':') {
                    return self.broken();
                }
                self.space();
                each(self, name)?;
                if self.take(b',') {
                    continue;
                }
                if self.take(b'}') {
                    break;
                }
                return self.broken();
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Calls `each` for every element of a list; it must read or skip the element. `null` has no elements.
    pub(in crate::estate::plan) fn array(
        &mut self,
        each: &mut dyn FnMut(&mut Self, usize) -> ReadResult<()>,
    ) -> ReadResult<()> {
        self.space();
        match self.byte() {
            Some(b'[') => {}
            Some(b'n') if self.literal("null") => return Ok(()),
            Some(b'{' | b'"' | b't' | b'f' | b'-' | b'0'..=b'9') => return self.unexpected("a sequence"),
            _ => return self.broken(),
        }
        self.enter()?;
        if !self.take(b']') {
            for index in 0.. {
                self.space();
                each(self, index)?;
                if self.take(b',') {
                    continue;
                }
                if self.take(b']') {
                    break;
                }
                return self.broken();
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Enters a list or object.
    fn enter(&mut self) -> ReadResult<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.unexpected("less nesting");
        }
        self.at += 1;
        Ok(())
    }

    /// Reads a value as a tree.
    pub(in crate::estate::plan) fn value(&mut self, keep: Keep) -> ReadResult<Json> {
        self.space();
        match self.byte() {
            Some(b'"') => Ok(Json::String(self.string()?.as_ref().into())),
            Some(b'{') => self.members(keep, keep != Keep::All),
            Some(b'[') => {
                let start = self.items.len();
                self.array(&mut |reader, _| {
                    let item = match reader.byte() {
                        Some(b'{') => reader.members(keep, keep != Keep::All)?,
                        _ => reader.value(keep)?,
                    };
                    reader.items.push(item);
                    Ok(())
                })?;
                if keep == Keep::True && !self.items.iter().skip(start).any(Json::holds_true) {
                    self.items.truncate(start);
                    return Ok(Json::Null);
                }
                Ok(Json::Array(self.items.drain(start..).collect()))
            }
            Some(b't') if self.literal("true") => Ok(Json::Bool(true)),
            Some(b'f') if self.literal("false") => Ok(Json::Bool(false)),
            Some(b'n') if self.literal("null") => Ok(Json::Null),
            Some(b'-' | b'0'..=b'9') => {
                let start = self.at;
                while let Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') = self.byte() {
                    self.at += 1;
                }
                match self.text.get(start..self.at) {
                    Some(number) if is_number(number) => Ok(Json::Number(number.into())),
                    _ => Err(Broken { at: start, expected: None }),
                }
            }
            _ => self.broken(),
        }
    }

    /// Reads an object as a tree.
    fn members(&mut self, keep: Keep, drop_nulls: bool) -> ReadResult<Json> {
        let start = self.members.len();
        self.object(&mut |reader, name| {
            // An object that is itself a member is a value of its own, in which null is deliberate.
            let value = match (reader.byte(), keep) {
                (Some(b'{'), Keep::Set) => reader.members(keep, false)?,
                _ => reader.value(keep)?,
            };
            let is_empty = match keep {
                Keep::True => !value.holds_true(),
                Keep::Shape => matches!(value, Json::Bool(false) | Json::Null),
                Keep::All | Keep::Set => drop_nulls && value.is_null(),
            };
            if !is_empty {
                let name = reader.word(name);
                reader.members.push((name, value));
            }
            Ok(())
        })?;
        let own = self.members.get_mut(start..).unwrap_or_default();
        let is_sorted = own.is_sorted_by(|(a, _), (b, _)| a < b);
        if !is_sorted {
            // Of equal names the last one wins.
            own.sort_by(|(a, _), (b, _)| a.cmp(b));
            let mut last: Vec<Member> = Vec::new();
            for member in self.members.drain(start..) {
                last.pop_if(|(known, _)| *known == member.0);
                last.push(member);
            }
            return Ok(Json::Object(Object::of(last)));
        }
        if keep == Keep::True && own.is_empty() {
            return Ok(Json::Null);
        }
        Ok(Json::Object(Object::of(self.members.drain(start..))))
    }

    /// Reads a string; `None` for null.
    pub(in crate::estate::plan) fn text(&mut self) -> ReadResult<Option<Cow<'t, str>>> {
        self.space();
        match self.byte() {
            Some(b'"') => self.string().map(Some),
            Some(b'n') if self.literal("null") => Ok(None),
            _ => self.unexpected("a string"),
        }
    }

    /// Stores a text that occurs often.
    pub(in crate::estate::plan) fn word(&mut self, text: Cow<'t, str>) -> Str {
        match text {
            // Short texts are stored inline.
            Cow::Borrowed(text) if text.len() > Str::INLINE_LIMIT => {
                self.words.entry(text).or_insert_with(|| text.into()).clone()
            }
            text => text.as_ref().into(),
        }
    }

    fn string(&mut self) -> ReadResult<Cow<'t, str>> {
        let start = self.at;
        let is_plain = self.skip_string()?;
        let whole = self.text.get(start..self.at).unwrap_or_default();
        if is_plain {
            return Ok(Cow::Borrowed(whole.get(1..whole.len().saturating_sub(1)).unwrap_or_default()));
        }
        match serde_json::from_str(whole) {
            Ok(text) => Ok(Cow::Owned(text)),
            Err(_) => Err(Broken { at: start, expected: None }),
        }
    }

    /// Skips a string; returns whether it has no escapes.
    fn skip_string(&mut self) -> ReadResult<bool> {
        if self.byte() != Some(b'"') {
            return self.broken();
        }
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        let mut is_plain = true;
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
            at += found + 1;
            if bytes.get(at - 1) == Some(&b'"') {
                self.at = at;
                return Ok(is_plain);
            }
            is_plain = false;
            at += 1;
        }
        self.at = bytes.len();
        self.broken()
    }

    /// Skips a value.
    pub(in crate::estate::plan) fn skip(&mut self) -> ReadResult<()> {
        self.space();
        let mut depth = 0_usize;
        match self.byte() {
            Some(b'{' | b'[') => {}
            _ => return self.value(Keep::All).map(drop),
        }
        loop {
            match self.byte() {
                Some(b'"') => {
                    self.skip_string()?;
                    continue;
                }
                Some(b'{' | b'[') => depth += 1,
                Some(b'}' | b']') => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        return Ok(());
                    }
                }
                Some(_) => {}
                None => return self.broken(),
            }
            self.at += 1;
        }
    }

    /// Skips a value and returns its text.
    pub(in crate::estate::plan) fn raw(&mut self) -> ReadResult<&'t str> {
        let start = self.position();
        self.skip()?;
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }
}

/// Whether a text that starts with a digit or a minus sign is a JSON number.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}
