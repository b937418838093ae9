//! Reading parameters: *`GetParameter`*, *`GetParameters`*, *`GetParametersByPath`*, *`DescribeParameters`*.

use serde_json::{Value, json};

use crate::context::Context;
use crate::ec2::listing;
use crate::failure::Failure;
use crate::moment;
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::ssm::Parameter;
use crate::ssm::parameter::{all, seen};
use crate::validation;

pub(crate) fn get(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let decrypted = context.params.flag("WithDecryption")?.unwrap_or(false);
    let found = seen(context, validation::required(&context.params, "Name")?)?;
    Ok(Answer::Json(json!({ "Parameter": with_value(context, &found, decrypted) })))
}

/// Names that are no parameters are answered, not refused.
pub(crate) fn get_several(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let decrypted = context.params.flag("WithDecryption")?.unwrap_or(false);
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for name in names(context)? {
        match seen(context, &name) {
            Ok(parameter) => found.push(with_value(context, &parameter, decrypted)),
            Err(_) => missing.push(name),
        }
    }
    Ok(Answer::Json(json!({ "Parameters": found, "InvalidParameters": missing })))
}

/// The names of a request that takes one to ten.
pub(crate) fn names(context: &Context<'_>) -> Result<Vec<String>, Failure> {
    let names = context.params.list("Names");
    match names.len() {
        0 => Err(validation::refused("[]", "Names", "have length greater than or equal to 1")),
        1..=10 => Ok(names),
        _ => Err(validation::refused(format!("[{}]", names.join(", ")), "Names", "have length less than or equal to 10")),
    }
}

pub(crate) fn get_by_path(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let decrypted = context.params.flag("WithDecryption")?.unwrap_or(false);
    let recursive = context.params.flag("Recursive")?.unwrap_or(false);
    let path = validation::required(&context.params, "Path")?.to_owned();
    if !path.starts_with('/') {
        let message = "The parameter path must begin with a forward slash (/).";
        return Err(Failure::new("ValidationException", message));
    }
    let found = all(context).into_iter().filter(|parameter| is_below(&parameter.name, &path, recursive)).collect();
    paged(context, found, 10, |parameter| with_value(context, parameter, decrypted))
}

fn is_below(name: &str, path: &str, recursive: bool) -> bool {
    let rest = name.strip_prefix(path.trim_end_matches('/')).and_then(|rest| rest.strip_prefix('/'));
    rest.is_some_and(|rest| recursive || !rest.contains('/'))
}

/// *`DescribeParameters`*: everything but the values.
pub(crate) fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let filters = context.params.groups("ParameterFilters").iter().map(Filter::new).collect::<Result<Vec<_>, _>>()?;
    // The older form has no options: a name begins with one of the values.
    let older = context.params.groups("Filters").iter().map(Filter::older).collect::<Result<Vec<_>, _>>()?;
    let passes = |parameter: &Parameter| filters.iter().chain(&older).all(|filter| filter.passes(parameter));
    let found = all(context).into_iter().filter(passes).collect();
    paged(context, found, 50, |parameter| described(context, parameter))
}

fn paged(context: &Context<'_>, found: Vec<Parameter>, most: usize, write: impl Fn(&Parameter) -> Value) -> Result<Answer, Failure> {
    let limit = validation::number(&context.params, "MaxResults", &(1..=most))?.unwrap_or(most);
    let page = listing::page(found, limit, context.params.text("NextToken"), |parameter| &parameter.name)?;
    let parameters: Vec<Value> = page.entries.iter().map(write).collect();
    Ok(Answer::Json(match page.next {
        Some(next) => json!({ "Parameters": parameters, "NextToken": next }),
        None => json!({ "Parameters": parameters }),
    }))
}

/// *`ParameterStringFilter`*.
struct Filter {
    key: String,
    begins: bool,
    values: Vec<String>,
}

impl Filter {
    fn new(params: &Params) -> Result<Self, Failure> {
        let key = validation::required(params, "Key")?.to_owned();
        let known = ["Name", "Type", "KeyId", "Path", "Tier", "DataType"].contains(&key.as_str()) || key.starts_with("tag:");
        if !known {
            return Err(Failure::new("InvalidFilterKey", format!("The filter key {key} is not valid.")));
        }
        let option = params.text("Option").unwrap_or("Equals");
        let options: &[&str] = if key == "Path" { &["OneLevel", "Recursive", "Equals"] } else { &["Equals", "BeginsWith"] };
        if !options.contains(&option) {
            let message = format!("The following filter option is not valid: {option}. Valid options include: [{}].", options.join(", "));
            return Err(Failure::new("InvalidFilterOption", message));
        }
        let begins = option == "BeginsWith" || option == "Recursive";
        Ok(Self { key, begins, values: params.list("Values") })
    }

    fn older(params: &Params) -> Result<Self, Failure> {
        let key = validation::one_of(params, "Key", &["Name", "Type", "KeyId"])?.unwrap_or_default().to_owned();
        Ok(Self { begins: key == "Name", key, values: params.list("Values") })
    }

    fn passes(&self, parameter: &Parameter) -> bool {
        let held = match self.key.as_str() {
            "Name" => Some(parameter.name.as_str()),
            "Type" => Some(parameter.kind.as_str()),
            "KeyId" => parameter.key_id.as_deref(),
            "Tier" => Some(parameter.tier.as_str()),
            "DataType" => Some(parameter.data_type.as_str()),
            "Path" => return self.values.iter().any(|path| is_below(&parameter.name, path, self.begins)),
            key => parameter.tags.get(key.trim_start_matches("tag:")).map(String::as_str),
        };
        let fits = |held: &str| self.values.iter().any(|value| if self.begins { held.starts_with(value) } else { held == value });
        held.is_some_and(|held| self.values.is_empty() || fits(held))
    }
}

/// Who does not ask for the clear value of a secure parameter gets something that nobody can read.
fn with_value(context: &Context<'_>, parameter: &Parameter, decrypted: bool) -> Value {
    let sealed = || format!("kms:{}", crate::chance::id("sealed", crate::chance::number(context.seed, &[&parameter.name])));
    let clear = decrypted || parameter.kind != "SecureString";
    json!({
        "Name": parameter.name,
        "Type": parameter.kind,
        "Value": if clear { parameter.value.clone() } else { sealed() },
        "Version": parameter.version,
        "LastModifiedDate": moment::unix_seconds(parameter.modified_at),
        "ARN": parameter.arn(context),
        "DataType": parameter.data_type,
    })
}

fn described(context: &Context<'_>, parameter: &Parameter) -> Value {
    let mut described = json!({
        "Name": parameter.name,
        "ARN": parameter.arn(context),
        "Type": parameter.kind,
        "LastModifiedDate": moment::unix_seconds(parameter.modified_at),
        "LastModifiedUser": format!("arn:aws:iam::{}:root", context.place.account),
        "Version": parameter.version,
        "Tier": parameter.tier,
        "Policies": [],
        "DataType": parameter.data_type,
    });
    let optional = [("KeyId", &parameter.key_id), ("Description", &parameter.description), ("AllowedPattern", &parameter.allowed_pattern)];
    for (name, value) in optional {
        if let Some(value) = value {
            described[name] = value.clone().into();
        }
    }
    described
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::World;

    fn names(answer: &Value) -> Vec<&str> {
        answer["Parameters"].as_array().unwrap().iter().map(|parameter| parameter["Name"].as_str().unwrap()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn parameters_are_found_by_path_and_by_filters_page_by_page() {
        let world = World::with(|builder| builder.parameter("/given", "1"));
        for name in ["/a", "/a/b", "/a/b/c", "d"] {
            let tags = json!([{ "Key": "k", "Value": name }]);
            world.json("PutParameter", &json!({ "Name": name, "Value": "1", "Type": "String", "Tags": tags })).await;
        }
        let below = |recursive: bool| json!({ "Path": "/a", "Recursive": recursive });
        assert_eq!(names(&world.json("GetParametersByPath", &below(false)).await), ["/a/b"]);
        assert_eq!(names(&world.json("GetParametersByPath", &below(true)).await), ["/a/b", "/a/b/c"]);
        let tagged = json!({ "ParameterFilters": [{ "Key": "tag:k", "Values": ["d"] }] });
        assert_eq!(names(&world.json("DescribeParameters", &tagged).await), ["d"]);
        let first = world.json("DescribeParameters", &json!({ "MaxResults": 3 })).await;
        assert_eq!(names(&first), ["/a", "/a/b", "/a/b/c"]);
        let second = world.json("DescribeParameters", &json!({ "NextToken": first["NextToken"] })).await;
        assert_eq!(names(&second), ["/given", "d"]);
        let strange = world.json("DescribeParameters", &json!({ "ParameterFilters": [{ "Key": "Colour" }] })).await;
        assert_eq!(strange["__type"], "InvalidFilterKey");
    }
}
