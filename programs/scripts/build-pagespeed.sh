#!/bin/bash
# Builds the pagespeed module for the nginx that is installed, from the sources of both.
#
# build-pagespeed.sh VERSION: as in the names of the module's releases, without `-stable`.
set -eu

version="${1:?the version of the module is not told}"
nginx=$(nginx -v 2>&1 | sed -n 's|.*nginx/\([0-9.]*\).*|\1|p')
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"

apt-get install -y -q build-essential zlib1g-dev libpcre2-dev libssl-dev uuid-dev unzip curl
curl -fsSLO "https://nginx.org/download/nginx-$nginx.tar.gz"
curl -fsSL -o module.tar.gz "https://github.com/apache/incubator-pagespeed-ngx/archive/v$version-stable.tar.gz"
tar xzf "nginx-$nginx.tar.gz"
tar xzf module.tar.gz
cd "incubator-pagespeed-ngx-$version-stable"
# The library's place is told by the module itself.
curl -fsSL "$(scripts/format_binary_url.sh PSOL_BINARY_URL)" | tar xz
cd "../nginx-$nginx"
./configure --with-compat --add-dynamic-module="$place/incubator-pagespeed-ngx-$version-stable"
make modules
install -D -m 0644 objs/ngx_pagespeed.so /usr/lib/nginx/modules/ngx_pagespeed.so
