# The module is built for the nginx that is installed: nginx takes no other.
{% set nginx = salt['pillar.get']('blog:nginx') %}
/usr/local/sbin/build-pagespeed:
  file.managed:
    - source: salt://web/files/build-pagespeed.sh
    - mode: '0755'

pagespeed:
  cmd.run:
    - name: /usr/local/sbin/build-pagespeed {{ nginx.pagespeed_version | quote }}
    - unless: test -e /usr/lib/nginx/modules/ngx_pagespeed.so
    - require:
      - file: /usr/local/sbin/build-pagespeed
      - pkg: nginx
