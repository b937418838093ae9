{% set engine = salt['pillar.get']('blog:database:engine') %}
include:
  - database.volume
{% if engine in ('postgresql', 'mysql') %}
  - database.{{ engine }}
{% else %}
  {{ raise('blog:database:engine is `' ~ engine ~ '`, neither `postgresql` nor `mysql`') }}
{% endif %}
