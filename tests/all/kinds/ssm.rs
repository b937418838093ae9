mod parameter;
mod secure_parameter;
