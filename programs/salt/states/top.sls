base:
  '*':
    - minion
  'salt-*':
    - master
  'database-*':
    - database
    - comments
  'web-*':
    - web
