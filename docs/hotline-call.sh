#!/bin/sh
# Plays a telephone system: asks dran's voice webhook as one does, shows what the caller would hear, and takes the keys
# from the terminal. An empty line is silence.
#
#   sh docs/hotline-call.sh http://127.0.0.1:8081 SECRET_FILE [FROM [URL]]
#
# FROM is the caller's number (anonymous for a withheld one); URL is `hotline.url` of the configuration, the demo's
# unless told. Needs curl and openssl.
set -eu
server=$1
secret=$(cat "$2")
from=${3:-+495617870}
url=${4:-https://telefon.demo.invalid}
sid="CA$$$(date +%s)"
target=/hotline/voice
keys=
while :; do
    # The address, then every field's name and value, sorted by name.
    signed="$url${target}CallSid${sid}CallStatusin-progressDigits${keys}From$from"
    signature=$(printf %s "$signed" | openssl dgst -sha1 -hmac "$secret" -binary | openssl base64 -A)
    answer=$(curl -sS --fail --header "X-Twilio-Signature: $signature" \
        --data-urlencode "CallSid=$sid" --data-urlencode CallStatus=in-progress \
        --data-urlencode "Digits=$keys" --data-urlencode "From=$from" "$server$target")
    printf '%s\n' "$answer" | sed 's/<Say/\n<Say/g' | sed -n 's/^<Say[^>]*>\([^<]*\)<.*/\1/p'
    case $answer in
    *"<Hangup"*) exit 0 ;;
    *"<Enqueue"* | *"<Dial"*) echo "(An agent's telephone rings.)"; exit 0 ;;
    esac
    target=$(printf '%s' "$answer" | sed -n "s|.*<Redirect[^>]*>$url\\([^<]*\\)<.*|\\1|p")
    printf '> '
    read -r keys || exit 0
done
