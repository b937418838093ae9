//! The derives of `blogstack-core`, which documents what they write: one struct per kind of resource goes in, its declaration,
//! its outputs, its schema and its encoding come out.
//!
//! Each derive reads its struct into a model (`field`, `resource_attributes`, `variant`), checks all of it (`check`), and then writes
//! one part of the result per module. Everything wrong with one struct is reported together.

mod attribute;
mod block;
mod case;
mod check;
mod codec;
mod constants;
mod declaration;
mod docs;
mod enumeration;
mod errors;
mod field;
mod input;
mod outputs;
mod public;
mod resource;
mod resource_attributes;
mod schema;
mod setters;
mod types;
mod value;
mod variant;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct a kind of resource. Its fields are what a provider returns; those not computed are also what a program sets.
///
/// Every field has a doc comment. `Option<T>`, `Tags` and fields with a default are optional, the others arguments of `new`.
///
/// On the struct, `#[resource(..)]`:
///
/// | attribute | meaning |
/// |---|---|
/// | `type = "aws:ec2/subnet"` | the stable name; required |
/// | `version = 2` | the version of the encoded form; 1 if not given |
/// | `migrations(v1_to_v2)` | one function for each older version |
/// | `global` | not tied to a region |
/// | `feature = "ec2"` | the cargo feature of the kind; the service if not given |
/// | `max_required = 4` | how many arguments `new` may take; 3 if not given |
/// | `exclusive(vpc, cidr_block)` | no two objects may have all of these equal; may repeat |
/// | `exclusive(address, place = "aws:ec2/use-of-address")` | likewise, and among all kinds that name the same place |
/// | `after("aws:ec2/vpc", sharing = "aws:ec2/vpc")` | an order that the cloud enforces; may repeat |
///
/// On a field, `#[field(..)]`: `replace`, `computed`, `optional_computed`, `write_only`, `any_region`, `loose`, `volatile`,
/// `default = ..`.
#[proc_macro_derive(Resource, attributes(resource, field))]
pub fn resource(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    resource::expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes a struct a part of a resource in which outputs may stand. It gets a `new` and setters like a resource's.
///
/// Fields know `#[field(default = ..)]`, the struct `#[block(max_required = 4)]`.
#[proc_macro_derive(Block, attributes(block, field))]
pub fn block(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    block::expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes a plain type one that may be written literally where a field of that type is wanted.
///
/// A struct with named fields is encoded as a map, a newtype as its content, a variant without content as text, and one with
/// content as a map with one entry. Variants are named in kebab-case, unless the enum says `#[value(rename_all = "..")]` or the
/// variant `#[value(rename = "..")]`.
#[proc_macro_derive(Value, attributes(value))]
pub fn value(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    value::expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
