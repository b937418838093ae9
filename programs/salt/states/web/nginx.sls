{% set nginx = salt['pillar.get']('blog:nginx') %}
{% if nginx.pagespeed %}
include:
  - web.pagespeed
{% endif %}

nginx:
  pkg.installed:
    - pkgs:
      - nginx
      - libnginx-mod-http-memc
      - libnginx-mod-http-srcache-filter
  service.running:
    - enable: true
    - reload: true
    - watch:
      - file: /etc/nginx/nginx.conf

/var/cache/nginx:
  file.directory:
    - user: www-data
    - require:
      - pkg: nginx

/etc/nginx/nginx.conf:
  file.managed:
    - source: salt://web/files/nginx.conf
    - template: jinja
    # What nginx would not take does not replace what it has.
    - check_cmd: nginx -t -c
    - require:
      - pkg: nginx
      - file: /var/cache/nginx
{%- if nginx.pagespeed %}
      - cmd: pagespeed
{%- endif %}
