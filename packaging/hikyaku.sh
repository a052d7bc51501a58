#!/bin/sh
# The command hikyaku, with the Java runtime that came with it. HIKYAKU_JAVA_OPTS adds options for the JVM.
lib=/opt/hikyaku/lib
case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
    C | POSIX) LC_ALL=C.UTF-8 && export LC_ALL ;;
esac
# Short commands are over before the second compiler would pay; services live long.
case ${1:-} in
    relay)
        tuned=
        [ ! -s $lib/relay.aot ] || tuned=-XX:AOTCache=$lib/relay.aot # what a relay has learnt when the package was made
        ;;
    policy) tuned=-XX:+UseSerialGC ;; # one thread answers, and nearly all of its memory is there to stay
    web) tuned= ;;
    *) tuned="-XX:+UseSerialGC -XX:TieredStopAtLevel=1" ;;
esac
# Decoding makes garbage fast: in huge pages, where the system gives them to who asks, fresh memory costs fewer faults.
if [ "${1:-}" = decode ]; then
    pages=
    { read -r pages </sys/kernel/mm/transparent_hugepage/enabled; } 2>/dev/null
    case $pages in *'[madvise]'* | *'[always]'*) tuned="$tuned -XX:+UseTransparentHugePages" ;; esac
fi
# shellcheck disable=SC2086
exec $lib/runtime/bin/java -XX:-UsePerfData --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -Djava.library.path=$lib/app/lib/native $tuned -Xlog:disable -Xlog:all=error:stderr ${HIKYAKU_JAVA_OPTS:-} -cp "$lib/app/hikyaku.jar" org.hikyaku.cli.Hikyaku "$@"
