#!yaml
# What only the stack knows: the pillar `outputs`.
blog:
  network: {{network}}
  url: {{url}}
  cache_endpoint: {{cache-endpoint}}
  database:
    engine: {{database-engine}}
    address: {{database-address}}
    device: {{database-device}}
    network: {{network}}
    network_mask: {{network-mask}}
  uploads:
    region: {{uploads-region}}
    bucket: {{uploads-bucket}}
    url: {{uploads-url}}
  comments:
    address: {{database-address}}
