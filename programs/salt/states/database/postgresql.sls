{% set database = salt['pillar.get']('blog:database') %}
{% set data = database.mount ~ '/postgresql' %}
include:
  - database.volume

# Debian's packages make a cluster on the root volume as soon as they are installed, unless they are told not to.
/etc/postgresql-common/createcluster.conf:
  file.managed:
    - makedirs: true
    - contents: |
        create_main_cluster = false

postgresql:
  pkg.installed:
    - require:
      - file: /etc/postgresql-common/createcluster.conf
  service.running:
    - enable: true
    - watch:
      - file: /etc/postgresql-common/blog.conf
    - require:
      - cmd: postgresql-cluster

# What listens, and who may log in: Ghost's user alone, from the private network.
/etc/postgresql-common/blog.conf:
  file.managed:
    - contents: |
        listen_addresses = '*'
        password_encryption = 'scram-sha-256'
    - require:
      - pkg: postgresql

postgresql-cluster:
  cmd.run:
    - name: >-
        version=$(ls /usr/lib/postgresql | sort -V | tail -n 1);
        pg_createcluster --datadir={{ data | quote }} --start "$version" main -- --auth-host=scram-sha-256 --data-checksums;
        echo "include = '/etc/postgresql-common/blog.conf'" >>/etc/postgresql/$version/main/postgresql.conf;
        echo 'host {{ database.name }} {{ database.user }} {{ database.network }} scram-sha-256' >>/etc/postgresql/$version/main/pg_hba.conf;
        systemctl restart "postgresql@$version-main"
    # A volume that has the data of an earlier machine keeps it: the cluster is only made known.
    - unless: pg_lsclusters --no-header | grep -q main
    - require:
      - pkg: postgresql
      - cmd: data-volume
      - file: /etc/postgresql-common/blog.conf

database-user:
  postgres_user.present:
    - name: {{ database.user }}
    - password: {{ salt['pillar.get']('secrets:database:ghost') | yaml_dquote }}
    - encrypted: scram-sha-256
    - require:
      - service: postgresql

database:
  postgres_database.present:
    - name: {{ database.name }}
    - owner: {{ database.user }}
    - require:
      - postgres_user: database-user
