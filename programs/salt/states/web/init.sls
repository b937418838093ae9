include:
  - web.nginx
  - web.ghost
