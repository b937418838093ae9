# The comment server beside the database, which nginx on the front ends asks.
{% set blog = salt['pillar.get']('blog') %}
{% set comments = blog.comments %}
{% set folder = blog.database.mount ~ '/comments' %}
include:
  - database.volume

comments-user:
  user.present:
    - name: comments
    - system: true
    - home: {{ folder }}
    - createhome: false
    - shell: /usr/sbin/nologin

{{ folder }}:
  file.directory:
    - user: comments
    - mode: '0700'
    - require:
      - user: comments-user
      - cmd: data-volume

comments-packages:
  pkg.installed:
    - pkgs:
      - python3-venv

comments:
  cmd.run:
    - name: python3 -m venv /opt/isso && /opt/isso/bin/pip install --quiet isso=={{ comments.version }}
    - unless: >-
        /opt/isso/bin/pip show isso | grep -q '^Version: {{ comments.version }}$'
    - require:
      - pkg: comments-packages
  service.running:
    - enable: true
    - watch:
      - cmd: comments
      - file: /etc/comments.cfg
      - file: /etc/systemd/system/comments.service

/etc/comments.cfg:
  file.managed:
    - source: salt://comments/files/comments.cfg
    - template: jinja
    - user: comments
    - mode: '0600'
    - show_changes: false
    - context:
        folder: {{ folder }}
    - require:
      - user: comments-user

/etc/systemd/system/comments.service:
  file.managed:
    - contents: |
        [Unit]
        Description=Comments
        RequiresMountsFor={{ folder }}
        After=network-online.target

        [Service]
        User=comments
        ExecStart=/opt/isso/bin/isso -c /etc/comments.cfg run
        Restart=always
        RestartSec=5
        NoNewPrivileges=yes
        ProtectSystem=full

        [Install]
        WantedBy=multi-user.target
