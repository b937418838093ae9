# The master keeps itself as it was made, and takes new states when the tree has them.
/etc/salt/master.d/blog.conf:
  file.managed:
    - source: salt://master/files/blog.conf

salt-master:
  service.running:
    - enable: true
    - watch:
      - file: /etc/salt/master.d/blog.conf

# Minions ask for their states themselves; the tree is renewed before.
renew-tree:
  cron.present:
    - name: git -C /srv/blog pull --quiet --ff-only
    - identifier: renew-tree
    - minute: '*/15'
