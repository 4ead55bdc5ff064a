//! Resource instances as plans and states list them: module by module, with their values.

use super::json::{Json, Object};
use super::reader::{JsonCursor, Keep, ReadResult};
use crate::address::{Address, Mode, ModuleAddress};
use crate::estate::plan::steps::of_key;
use crate::value::{Number, Step, Str};

/// The least size of most instances in a list, in bytes.
const BYTES_PER_INSTANCE: usize = 800;

/// A resource instance as a plan or state lists it.
#[derive(Debug)]
pub(in crate::estate::plan) struct Read {
    pub(in crate::estate::plan) address: Address,
    pub(in crate::estate::plan) mode: Mode,
    pub(in crate::estate::plan) type_: Str,
    pub(in crate::estate::plan) name: Str,
    pub(in crate::estate::plan) key: Option<Step>,
    pub(in crate::estate::plan) values: Object,
    /// Marks of the sensitive values.
    pub(in crate::estate::plan) sensitive: Json,
    pub(in crate::estate::plan) module: ModuleAddress,
    /// The JSON pointer of the instance.
    pub(in crate::estate::plan) pointer: Str,
}

/// The resource instances of a section.
pub(in crate::estate::plan) struct Values {
    pub(in crate::estate::plan) keep: Keep,
    pub(in crate::estate::plan) read: Vec<Read>,
    /// Positions of resource instances without a complete name, and what each lacks.
    pub(in crate::estate::plan) nameless: Vec<(usize, &'static str)>,
}

impl Values {
    pub(in crate::estate::plan) fn new(keep: Keep) -> Self {
        Self { keep, read: Vec::new(), nameless: Vec::new() }
    }

    /// Reads `{"root_module": {...}}`.
    pub(in crate::estate::plan) fn root(
        &mut self,
        reader: &mut JsonCursor<'_>,
        pointer: &str,
    ) -> ReadResult<()> {
        self.read.reserve(reader.len() / BYTES_PER_INSTANCE);
        reader.object(&mut |reader, name| match name.as_ref() {
            "root_module" => self.module(reader, &format!("{pointer}/root_module")),
            _ => reader.skip(),
        })
    }

    /// Reads a module instance and those inside it.
    fn module(&mut self, reader: &mut JsonCursor<'_>, pointer: &str) -> ReadResult<()> {
        let mut address = ModuleAddress::ROOT;
        // The address follows the resources.
        let mut own = self.read.len()..self.read.len();
        reader.object(&mut |reader, name| match name.as_ref() {
            "address" => {
                address = ModuleAddress::parse(&reader.text()?.unwrap_or_default()).unwrap_or_default();
                Ok(())
            }
            "resources" => {
                let start = self.read.len();
                reader.array(&mut |reader, index| {
                    let start = reader.position();
                    let read = InstanceMembers::read(reader, self.keep)?;
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

/// The members that identify a resource instance.
#[derive(Default)]
pub(in crate::estate::plan) struct InstanceMembers {
    address: Option<Address>,
    mode: Option<Str>,
    type_: Option<Str>,
    name: Option<Str>,
    index: Option<Json>,
    values: Option<Json>,
    sensitive: Option<Json>,
}

impl InstanceMembers {
    fn read(reader: &mut JsonCursor<'_>, keep: Keep) -> ReadResult<Self> {
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

    /// Reads a member that identifies the instance; returns whether it was one.
    pub(in crate::estate::plan) fn names(
        &mut self,
        reader: &mut JsonCursor<'_>,
        name: &str,
    ) -> ReadResult<bool> {
        match name {
            "address" => self.address = reader.text()?.map(|text| Address::read(&text)),
            "mode" => self.mode = reader.text()?.map(|text| text.as_ref().into()),
            "type" => self.type_ = reader.text()?.map(|text| reader.word(text)),
            "name" => self.name = reader.text()?.map(|text| reader.word(text)),
            "index" => self.index = Some(reader.value(Keep::All)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// A copy with another address.
    pub(in crate::estate::plan) fn again(&self, address: Address) -> Self {
        let index = match &self.index {
            Some(Json::String(name)) => Some(Json::String(name.clone())),
            Some(Json::Number(number)) => Some(Json::Number(number.clone())),
            _ => None,
        };
        Self {
            address: Some(address),
            mode: self.mode.clone(),
            type_: self.type_.clone(),
            name: self.name.clone(),
            index,
            values: None,
            sensitive: None,
        }
    }

    pub(in crate::estate::plan) fn with_values(mut self, values: Json, sensitive: Json) -> Self {
        self.values = Some(values);
        self.sensitive = Some(sensitive);
        self
    }

    /// Builds the instance, or names the member that is missing.
    pub(in crate::estate::plan) fn finish(self, pointer: Str) -> Result<Read, &'static str> {
        let address = self.address.ok_or("address")?;
        let key = match &self.index {
            Some(Json::String(name)) => Some(Step::Key(name.clone())),
            Some(Json::Number(number)) => Number::parse(number).as_ref().and_then(Step::index),
            _ => of_key(&address.key()),
        };
        let type_ = self.type_.ok_or("type")?;
        Ok(Read {
            mode: Mode::from_plan(self.mode.as_deref().unwrap_or_default()),
            type_,
            name: self.name.ok_or("name")?,
            key,
            values: match self.values {
                Some(Json::Object(values)) => values,
                _ => Object::default(),
            },
            sensitive: self.sensitive.unwrap_or(Json::Null),
            module: ModuleAddress::ROOT,
            pointer,
            address,
        })
    }
}
