# What every machine has: a minion that is itself, also when its disk is a copy of another machine's.
/usr/local/sbin/forget-identity:
  file.managed:
    - source: salt://minion/files/forget-identity.sh
    - mode: '0755'

/etc/systemd/system/forget-identity.service:
  file.managed:
    - source: salt://minion/files/forget-identity.service
    - template: jinja
    - context:
        # What is copied from the builder is a front end, and no builder.
        role: {{ grains['id'].split('-i-')[0] | replace('-builder', '') }}

# The minion is not started without it.
/etc/systemd/system/salt-minion.service.d/identity.conf:
  file.managed:
    - makedirs: true
    - contents: |
        [Unit]
        Requires=forget-identity.service
        After=forget-identity.service

identity-units:
  cmd.run:
    - name: systemctl daemon-reload
    - onchanges:
      - file: /etc/systemd/system/forget-identity.service
      - file: /etc/systemd/system/salt-minion.service.d/identity.conf
