# The data is on a volume of its own, which outlives the machine.
{% set database = salt['pillar.get']('blog:database') %}
/usr/local/sbin/data-volume:
  file.managed:
    - source: salt://database/files/data-volume.sh
    - mode: '0755'

data-volume:
  cmd.run:
    - name: /usr/local/sbin/data-volume {{ database.device | quote }} {{ database.mount | quote }}
    - unless: mountpoint --quiet {{ database.mount | quote }}
    - require:
      - file: /usr/local/sbin/data-volume
