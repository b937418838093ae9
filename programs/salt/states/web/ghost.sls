{% set blog = salt['pillar.get']('blog') %}
{% set ghost = blog.ghost %}
{% set database = blog.database %}
{% set client = {'mysql': 'mysql', 'postgresql': 'pg'}[database.engine] %}
{% set folder = '/srv/ghost' %}

ghost-user:
  user.present:
    - name: {{ ghost.user }}
    - system: true
    - home: {{ folder }}
    - shell: /usr/sbin/nologin

ghost-packages:
  pkg.installed:
    - pkgs:
      - nodejs
      - npm

# Ghost without its own command line: the machine is made by Salt alone.
ghost:
  cmd.run:
    - name: npm install --omit=dev --no-audit --no-fund ghost@{{ ghost.version }} ghost-storage-adapter-s3@{{ ghost.adapter }}
    - cwd: {{ folder }}
    - runas: {{ ghost.user }}
    - unless: >-
        grep -q '"version": "{{ ghost.version }}"' {{ folder }}/node_modules/ghost/package.json
    - require:
      - user: ghost-user
      - pkg: ghost-packages
  service.running:
    - enable: true
    - watch:
      - cmd: ghost
      - file: {{ folder }}/config.production.json
      - file: /etc/systemd/system/ghost.service

{{ folder }}/content/adapters/storage/s3/index.js:
  file.managed:
    - makedirs: true
    - user: {{ ghost.user }}
    - contents: module.exports = require('ghost-storage-adapter-s3');

# Images go to the bucket by the rights of the machine's own role: no key is kept.
{{ folder }}/config.production.json:
  file.serialize:
    - serializer: json
    - user: {{ ghost.user }}
    - mode: '0600'
    - show_changes: false
    - dataset:
        url: {{ blog.url | yaml_dquote }}
        server:
          host: 127.0.0.1
          port: {{ ghost.port }}
        database:
          client: {{ client }}
          connection:
            host: {{ database.address | yaml_dquote }}
            user: {{ database.user | yaml_dquote }}
            password: {{ salt['pillar.get']('secrets:database:ghost') | yaml_dquote }}
            database: {{ database.name | yaml_dquote }}
        storage:
          active: s3
          s3:
            region: {{ blog.uploads.region | yaml_dquote }}
            bucket: {{ blog.uploads.bucket | yaml_dquote }}
            assetHost: {{ blog.uploads.url | yaml_dquote }}
        paths:
          contentPath: {{ folder }}/content
        logging:
          transports:
            - stdout
    - require:
      - user: ghost-user

/etc/systemd/system/ghost.service:
  file.managed:
    - contents: |
        [Unit]
        Description=Ghost
        Wants=network-online.target
        After=network-online.target

        [Service]
        User={{ ghost.user }}
        WorkingDirectory={{ folder }}
        Environment=NODE_ENV=production
        ExecStart=/usr/bin/node {{ folder }}/node_modules/ghost/index.js
        Restart=always
        RestartSec=5
        NoNewPrivileges=yes
        ProtectSystem=full

        [Install]
        WantedBy=multi-user.target

# The front end of which the image is made says when it may be copied.
/usr/local/sbin/ready:
  file.managed:
    - source: salt://web/files/ready.sh
    - mode: '0755'
{%- if 'builder' in grains['id'] %}

ready:
  cmd.run:
    - name: /usr/local/sbin/ready {{ ghost.version | quote }}
    - require:
      - file: /usr/local/sbin/ready
      - service: ghost
      - service: nginx
    - onchanges:
      - cmd: ghost
{%- endif %}
