# Sourced by ./hikyaku and by the command of the Debian package.
# Java cannot see which of its streams are terminals, or how wide they are: the shell can.
HIKYAKU_TERMINAL=
if [ -t 1 ]; then
    HIKYAKU_TERMINAL=out
    COLUMNS=${COLUMNS:-$(stty size 2>/dev/null </dev/tty | cut -d' ' -f2)}
    export COLUMNS
fi
[ ! -t 2 ] || HIKYAKU_TERMINAL=$HIKYAKU_TERMINAL,err
export HIKYAKU_TERMINAL
