//! What a program writes: `new` with the required fields, and a struct that collects the rest.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, Visibility};

use crate::{docs, field::Field, setters};

/// What is declared.
pub(crate) struct Declaration<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) vis: &'a Visibility,
    pub(crate) fields: &'a [Field],
    /// What it is for, if it is forgotten.
    pub(crate) must_use: &'static str,
    /// Whether it also collects options.
    pub(crate) has_options: bool,
}

impl Declaration<'_> {
    /// The name of the struct.
    pub(crate) fn args(&self) -> Ident {
        format_ident!("{}Args", self.name)
    }

    pub(crate) fn inputs(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.is_input())
    }

    fn required(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.is_required())
    }

    /// The struct, `new`, and the setters.
    pub(crate) fn write(&self) -> TokenStream {
        let (args, vis, must_use, count) = (self.args(), self.vis, self.must_use, self.inputs().count());
        let doc = format!("A declared [`{0}`], made by [`{0}::new`].", self.name);
        let options = self.has_options.then(|| quote!(options: ::blogstack_core::Options,));
        let (new, setters) = (self.new_function(), self.setters());
        quote! {
            #[doc = #doc]
            #[must_use = #must_use]
            #[derive(Clone)]
            #vis struct #args {
                /// In the order of declaration.
                inputs: [::core::option::Option<::blogstack_core::Expr>; #count],
                #options
            }
            #new
            #setters
        }
    }

    fn new_function(&self) -> TokenStream {
        let (name, args) = (self.name, self.args());
        let doc = self.new_doc();
        let parameters = self.required().map(parameter);
        let new = Ident::new("new", name.span());
        let inputs = self.inputs().map(initial);
        let options = self.has_options.then(|| quote!(options: ::core::default::Default::default(),));
        quote! {
            #[automatically_derived]
            impl #name {
                #(#[doc = #doc])*
                #[allow(clippy::new_ret_no_self, clippy::too_many_arguments, dead_code, unreachable_pub, reason = "derived for all alike")]
                pub fn #new(#(#parameters),*) -> #args {
                    #args { inputs: [#(#inputs),*], #options }
                }
            }
        }
    }

    fn new_doc(&self) -> Vec<String> {
        let (name, args) = (self.name, self.args());
        let first = format!("Declares one [`{name}`]. Optional fields are set with the methods of [`{args}`].");
        let required = self.required().map(|field| {
            let sentences: Vec<String> = [docs::first_sentence(&field.docs)].into_iter().chain(setters::remarks(field)).collect();
            format!("* `{}`: {}", field.name(), sentences.join(" "))
        });
        [first, String::new()].into_iter().chain(required).collect()
    }

    fn setters(&self) -> TokenStream {
        let args = self.args();
        let setters =
            self.inputs().enumerate().filter(|(_, field)| !field.is_required()).map(|(index, field)| setters::write(field, index));
        quote! {
            #[automatically_derived]
            #[allow(dead_code, unreachable_pub, reason = "for those who use the kind")]
            impl #args { #(#setters)* }
        }
    }
}

/// Errors about an argument point at its field.
fn parameter(field: &Field) -> TokenStream {
    let Field { ident, ty, .. } = field;
    quote_spanned!(field.type_span()=> #ident: impl ::blogstack_core::IntoInput<#ty>)
}

fn initial(field: &Field) -> TokenStream {
    let Field { ident, ty, .. } = field;
    if field.is_required() {
        quote!(::core::option::Option::Some(::blogstack_core::IntoInput::<#ty>::into_input(#ident).into_expr()))
    } else {
        quote!(::core::option::Option::None)
    }
}
