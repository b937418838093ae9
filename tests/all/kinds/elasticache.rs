mod cluster;
mod subnet_group;
