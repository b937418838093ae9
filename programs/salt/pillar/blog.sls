# Settings that anybody may read. What only the stack knows is in `outputs`, and wins.
blog:
  database:
    # `postgresql` or `mysql`. Ghost itself supports MySQL 8 in production only; with PostgreSQL it needs a version that still takes it.
    engine: mysql
    name: ghost
    user: ghost
    mount: /data
  ghost:
    version: 5.130.4
    adapter: 1.4.1
    node: '20'
    user: ghost
    port: 2368
  nginx:
    # Builds nginx with the module, which no longer gets new versions.
    pagespeed: false
    version: 1.24.0
    pagespeed_version: 1.13.35.2
    # Seconds for which pages are kept, in memcached when the stack has one, else on the disk.
    cache: 60
  comments:
    version: 0.13.0
    port: 8080
