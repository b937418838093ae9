{% set database = salt['pillar.get']('blog:database') %}
{% set data = database.mount ~ '/mysql' %}
include:
  - database.volume

# Before the package is installed, so that its first start makes the data where it belongs.
/etc/mysql/mysql.conf.d/blog.cnf:
  file.managed:
    - makedirs: true
    - contents: |
        [mysqld]
        datadir = {{ data }}
        bind-address = 0.0.0.0
        skip-name-resolve

# Ubuntu confines the server to its usual folders.
/etc/apparmor.d/local/usr.sbin.mysqld:
  file.managed:
    - makedirs: true
    - contents: |
        {{ data }}/ r,
        {{ data }}/** rwk,

mysql:
  pkg.installed:
    - pkgs:
      - mysql-server-8.0
      - python3-pymysql
    - require:
      - cmd: data-volume
      - file: /etc/mysql/mysql.conf.d/blog.cnf
      - file: /etc/apparmor.d/local/usr.sbin.mysqld
  service.running:
    - enable: true
    - watch:
      - file: /etc/mysql/mysql.conf.d/blog.cnf

database:
  mysql_database.present:
    - name: {{ database.name }}
    - character_set: utf8mb4
    - connection_unix_socket: /var/run/mysqld/mysqld.sock
    - require:
      - service: mysql

# From the private network only. MySQL writes a range as address and mask.
database-user:
  mysql_user.present:
    - name: {{ database.user }}
    - host: {{ database.network_mask | yaml_dquote }}
    - password: {{ salt['pillar.get']('secrets:database:ghost') | yaml_dquote }}
    - connection_unix_socket: /var/run/mysqld/mysqld.sock
    - require:
      - service: mysql

database-rights:
  mysql_grants.present:
    - grant: all privileges
    - database: {{ database.name }}.*
    - user: {{ database.user }}
    - host: {{ database.network_mask | yaml_dquote }}
    - connection_unix_socket: /var/run/mysqld/mysqld.sock
    - require:
      - mysql_database: database
      - mysql_user: database-user
