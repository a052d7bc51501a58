# Sourced by ./hikyaku and ./verify: sets JAVA_HOME to a JDK 25 or newer, or says what to install and returns 1.
# Looks at JAVA_HOME, the usual folders, and the javac on the PATH, in this order.

hikyaku_jdk_version() { # prints the feature version of the JDK in $1, or nothing when there is none
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

hikyaku_find_jdk() {
    hikyaku_candidates=$(
        [ -n "${JAVA_HOME:-}" ] && printf '%s\n' "$JAVA_HOME"
        for dir in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/*jdk* "${HOME:-}"/.jdks/* "${HOME:-}"/.sdkman/candidates/java/* \
            /Library/Java/JavaVirtualMachines/*/Contents/Home; do
            [ -d "$dir" ] && printf '%s\n' "$dir"
        done
        javac=$(command -v javac 2>/dev/null) && javac=$(readlink -f "$javac" 2>/dev/null) && printf '%s\n' "${javac%/bin/javac}"
    )
    while IFS= read -r dir; do
        version=$(hikyaku_jdk_version "$dir")
        if [ -n "$version" ] && [ "$version" -ge 25 ] 2>/dev/null; then
            JAVA_HOME=$dir
            export JAVA_HOME
            return 0
        fi
    done <<EOT
$hikyaku_candidates
EOT
    echo "Hikyaku needs a JDK 25 or newer (java and javac), and found none in JAVA_HOME, the usual folders or the PATH." >&2
    echo "Install one, for example Eclipse Temurin 25 (package temurin-25-jdk) or OpenJDK 25 (openjdk-25-jdk-headless)," >&2
    echo "or set JAVA_HOME to the folder of one." >&2
    return 1
}
