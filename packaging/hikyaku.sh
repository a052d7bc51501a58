#!/bin/sh
# The command hikyaku, with the Java runtime that came with it. HIKYAKU_JAVA_OPTS adds options for the JVM.
lib=/opt/hikyaku/lib
case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
    C | POSIX) LC_ALL=C.UTF-8 && export LC_ALL ;;
esac
. "$lib/terminal.sh"
# What was learnt when the package was made; the JVM loads all of it before it begins, so that what is over in a moment has a
# small cache of its own.
case ${1:-} in
    relay) cache=$lib/relay.aot ;;
    decode | keys | cert | --version | -V) cache=$lib/decode.aot ;;
    *) cache=$lib/hikyaku.aot ;;
esac
[ -s "$cache" ] || cache=$lib/hikyaku.aot # without a cache of its own a relay still starts sooner with that one
# Short commands are over before the second compiler would pay, or code made for reflection; services live long.
case ${1:-} in
    relay | web) tuned= ;;
    policy) tuned=-XX:+UseSerialGC ;; # one thread answers, and nearly all of its memory is there to stay
    *) tuned="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djdk.reflect.useNativeAccessorOnly=true" ;;
esac
# Decoding needs its code compiled at once, also while much waits for the compiler: else the JVM asks for more calls of a
# method the longer that queue is, and interprets meanwhile.
# Decoding makes garbage fast: in huge pages, where the system gives them to who asks, fresh memory costs fewer faults.
if [ "${1:-}" = decode ]; then
    tuned="$tuned -XX:Tier3LoadFeedback=50 -XX:Tier3InvocationThreshold=100 -XX:Tier3MinInvocationThreshold=50"
    pages=
    { read -r pages </sys/kernel/mm/transparent_hugepage/enabled; } 2>/dev/null
    case $pages in *'[madvise]'* | *'[always]'*) tuned="$tuned -XX:+UseTransparentHugePages" ;; esac
fi
[ ! -s "$cache" ] || tuned="-XX:AOTCache=$cache $tuned"
# shellcheck disable=SC2086
exec $lib/runtime/bin/java -XX:-UsePerfData --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -Djava.library.path=$lib/app/lib/native $tuned -Xlog:disable -Xlog:all=error:stderr ${HIKYAKU_JAVA_OPTS:-} -cp "$lib/app/hikyaku.jar" org.hikyaku.cli.Hikyaku "$@"
