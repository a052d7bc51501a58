#!/bin/sh
# Makes the files beside it anew with OpenSSL: sh make.sh. Tests that quote dates or digests read them from here.
set -e
cd "$(dirname "$0")"
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out ca-key.pem
openssl rsa -in ca-key.pem -traditional -out pkcs1.pem
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out pkcs8.pem
openssl ec -in pkcs8.pem -out sec1.pem
openssl genpkey -algorithm ED25519 -out ed25519.pem
openssl req -new -x509 -key ca-key.pem -subj "/CN=Vector CA" -days 7300 -out ca.pem
openssl req -new -key pkcs8.pem -subj "/O=Hikyaku tests/CN=mx.vector.example" -out leaf.csr
cat > leaf.cnf <<'C'
[ca]
default_ca = vector
[vector]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = leaf
preserve = yes
[any]
organizationName = optional
commonName = supplied
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:mx.vector.example, DNS:*.vector.example
tlsfeature = status_request
crlDistributionPoints = URI:http://crl.vector.example/ca.crl
authorityInfoAccess = OCSP;URI:http://ocsp.vector.example
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
C
: > index.txt
openssl ca -batch -notext -config leaf.cnf -cert ca.pem -keyfile ca-key.pem -in leaf.csr -out leaf.pem \
    -startdate 20260102030405Z -enddate 20460102030405Z -outdir .
cat leaf.pem ca.pem > chain.pem
openssl x509 -in leaf.pem -pubkey -noout > leaf-key.pem
openssl x509 -in leaf.pem -outform DER | sha256sum | cut -d' ' -f1 > leaf.sha256
openssl pkey -pubin -in leaf-key.pem -outform DER | sha256sum | cut -d' ' -f1 > leaf-key.sha256
rm -f index.txt* leaf.csr leaf.cnf ca-key.pem ca.pem leaf.pem [0-9A-F]*.pem
