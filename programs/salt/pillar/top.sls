# By the names of minions, which they choose themselves: whoever can reach the master is trusted to say what it is. Only the private network
# can reach it.
base:
  '*':
    - blog
    - outputs
  'database-*':
    - secrets
  'web-*':
    - secrets
