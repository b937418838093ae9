//! One method for each field that may be left unset.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::{field::Field, types};

/// The methods for the field that stands at `index` among the inputs.
pub(crate) fn write(field: &Field, index: usize) -> TokenStream {
    let setter = setter(field, index);
    if field.is_tags() && field.ident == "tags" {
        let tag = tag(index);
        quote!(#setter #tag)
    } else {
        setter
    }
}

fn setter(field: &Field, index: usize) -> TokenStream {
    let Field { ident, ty, docs, .. } = field;
    let remarks = remarks(field).into_iter().flat_map(|remark| [String::new(), format!(" {remark}")]);
    quote_spanned! {ident.span()=>
        #(#docs)*
        #(#[doc = #remarks])*
        pub fn #ident<Marker>(mut self, #ident: impl ::blogstack_core::IntoSetting<#ty, Marker>) -> Self {
            let setting = ::blogstack_core::IntoSetting::<#ty, Marker>::into_setting(#ident);
            self.inputs[#index] = setting.map(::blogstack_core::Input::into_expr);
            self
        }
    }
}

/// What a reader should know besides the field's documentation.
pub(crate) fn remarks(field: &Field) -> Vec<String> {
    let replaces = field.flags.replace.then(|| "Changing it replaces the object.".to_owned());
    let default = field.default.as_ref().map(|default| format!("Default: `{}`.", types::written(default)));
    replaces.into_iter().chain(default).collect()
}

/// Adds a single tag to those that are set.
fn tag(index: usize) -> TokenStream {
    quote! {
        /// Adds one tag; the scope's tags are added too.
        pub fn tag(
            mut self,
            key: impl ::core::convert::Into<::std::string::String>,
            value: impl ::blogstack_core::IntoInput<::std::string::String>,
        ) -> Self {
            use ::blogstack_core::{Expr, value::Value};
            let mut tags = match self.inputs[#index].take() {
                ::core::option::Option::None => ::std::collections::BTreeMap::new(),
                ::core::option::Option::Some(Expr::Object(tags)) => tags,
                ::core::option::Option::Some(Expr::Literal(Value::Map(tags))) => {
                    tags.into_iter().map(|(key, value)| (key, Expr::Literal(value))).collect()
                }
                ::core::option::Option::Some(_) => {
                    let message = "`tag` cannot add to tags that are an output; give all of them to `tags`";
                    self.inputs[#index] = ::core::option::Option::Some(Expr::Invalid(::std::string::String::from(message)));
                    return self;
                }
            };
            tags.insert(key.into(), ::blogstack_core::IntoInput::<::std::string::String>::into_input(value).into_expr());
            self.inputs[#index] = ::core::option::Option::Some(Expr::Object(tags));
            self
        }
    }
}
