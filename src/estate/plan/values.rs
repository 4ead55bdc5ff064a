//! Resource instances as plans and states list them: module by module, with their values.

use std::borrow::Cow;

use super::address::{Part, parse};
use super::json::{Json, Keep, Object, Reader, Result};
use super::world::mode;
use crate::estate::Mode;
use crate::value::{Number, Step, Str};

/// A resource instance as it was read.
#[derive(Debug)]
pub(super) struct Read<'t> {
    pub(super) address: Str,
    pub(super) mode: Mode,
    pub(super) type_: Str,
    pub(super) name: Cow<'t, str>,
    /// The instance key.
    pub(super) key: Option<Step>,
    pub(super) values: Object<'t>,
    /// Which of the values are sensitive.
    pub(super) sensitive: Json<'t>,
    /// Address of the module instance.
    pub(super) module: Str,
    /// JSON pointer to it.
    pub(super) pointer: Str,
}

/// Reads the resource instances of a section.
pub(super) struct Values<'t> {
    pub(super) keep: Keep,
    pub(super) read: Vec<Read<'t>>,
    /// Where there is a resource instance without a name, and what it lacks.
    pub(super) nameless: Vec<(usize, &'static str)>,
}

impl<'t> Values<'t> {
    pub(super) fn new(keep: Keep) -> Self {
        Self { keep, read: Vec::new(), nameless: Vec::new() }
    }

    /// Reads `{"root_module": {...}}`.
    pub(super) fn root(&mut self, reader: &mut Reader<'t>, pointer: &str) -> Result<()> {
        reader.object(&mut |reader, name| match name.as_ref() {
            "root_module" => self.module(reader, &format!("{pointer}/root_module")),
            _ => reader.skip(),
        })
    }

    /// Reads a module instance with those in it.
    fn module(&mut self, reader: &mut Reader<'t>, pointer: &str) -> Result<()> {
        let mut address = Str::new();
        // The address comes after the resources.
        let mut own = self.read.len()..self.read.len();
        reader.object(&mut |reader, name| match name.as_ref() {
            "address" => {
                address = reader.text()?.unwrap_or_default().as_ref().into();
                Ok(())
            }
            "resources" => {
                let start = self.read.len();
                reader.array(&mut |reader, index| {
                    let start = reader.position();
                    let read = Instance::read(reader, self.keep)?;
                    match read.finish(ecow::eco_format!("{pointer}/resources/{index}")) {
                        Ok(read) => self.read.push(read),
                        Err(lacks) => self.nameless.push((start, lacks)),
                    }
                    Ok(())
                })?;
                own = start..self.read.len();
                Ok(())
            }
            "child_modules" => reader.array(&mut |reader, index| {
                stacker::maybe_grow(64 << 10, 1 << 20, || {
                    self.module(reader, &format!("{pointer}/child_modules/{index}"))
                })
            }),
            _ => reader.skip(),
        })?;
        for read in self.read.get_mut(own).unwrap_or_default() {
            read.module = address.clone();
        }
        Ok(())
    }
}

/// The members of a resource instance.
#[derive(Default)]
pub(super) struct Instance<'t> {
    address: Option<Cow<'t, str>>,
    mode: Option<Cow<'t, str>>,
    type_: Option<Cow<'t, str>>,
    name: Option<Cow<'t, str>>,
    index: Option<Json<'t>>,
    values: Option<Json<'t>>,
    sensitive: Option<Json<'t>>,
}

impl<'t> Instance<'t> {
    fn read(reader: &mut Reader<'t>, keep: Keep) -> Result<Self> {
        let mut instance = Self::default();
        reader.object(&mut |reader, name| {
            if !instance.names(reader, &name)? {
                match name.as_ref() {
                    "values" => instance.values = Some(reader.value(keep)?),
                    "sensitive_values" => instance.sensitive = Some(reader.value(Keep::True)?),
                    _ => reader.skip()?,
                }
            }
            Ok(())
        })?;
        Ok(instance)
    }

    /// Reads a member that says which instance it is; tells whether it was one.
    pub(super) fn names(&mut self, reader: &mut Reader<'t>, name: &str) -> Result<bool> {
        match name {
            "address" => self.address = reader.text()?,
            "mode" => self.mode = reader.text()?,
            "type" => self.type_ = reader.text()?,
            "name" => self.name = reader.text()?,
            "index" => self.index = Some(reader.value(Keep::All)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The same names once more.
    pub(super) fn again(&self) -> Self {
        let index = match &self.index {
            Some(Json::String(name)) => Some(Json::String(name.clone())),
            Some(Json::Number(number)) => Some(Json::Number(number)),
            _ => None,
        };
        Self {
            address: self.address.clone(),
            mode: self.mode.clone(),
            type_: self.type_.clone(),
            name: self.name.clone(),
            index,
            values: None,
            sensitive: None,
        }
    }

    pub(super) fn with_values(mut self, values: Json<'t>, sensitive: Json<'t>) -> Self {
        self.values = Some(values);
        self.sensitive = Some(sensitive);
        self
    }

    pub(super) fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// Puts it together, or says what it lacks.
    pub(super) fn finish(self, pointer: Str) -> std::result::Result<Read<'t>, &'static str> {
        let address: Str = self.address.ok_or("address")?.as_ref().into();
        let key = match &self.index {
            Some(Json::String(name)) => Some(Step::Key(name.as_ref().into())),
            Some(Json::Number(number)) => Number::parse(number).as_ref().and_then(Step::index),
            _ => key_of(&address),
        };
        let type_: Str = self.type_.ok_or("type")?.as_ref().into();
        Ok(Read {
            mode: mode(self.mode.as_deref().unwrap_or_default()),
            type_,
            name: self.name.ok_or("name")?,
            key,
            values: match self.values {
                Some(Json::Object(values)) => values,
                _ => Object::default(),
            },
            sensitive: self.sensitive.unwrap_or(Json::Null),
            module: Str::new(),
            pointer,
            address,
        })
    }
}

/// The instance key at the end of an address.
fn key_of(address: &str) -> Option<Step> {
    if !address.ends_with(']') {
        return None;
    }
    match parse(address)?.pop()? {
        Part::Key(step) => Some(step),
        Part::Name(_) => None,
    }
}
