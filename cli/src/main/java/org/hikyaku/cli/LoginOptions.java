package org.hikyaku.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hikyaku.smtp.sasl.Credentials;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.smtp.sasl.Secret;
import org.hikyaku.tls.ChannelBinding;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who logs in, and how; use as a mixin. */
final class LoginOptions {

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER",
            description = "Log in as this user (default: HIKYAKU_USER, when it is set).")
    private @Nullable String user;

    @Option(
            names = "--password",
            paramLabel = "PASSWORD",
            description =
                    "The password. Others on this machine can see it in the list of processes: better use a file, or"
                            + " HIKYAKU_PASSWORD, or be asked.")
    private char @Nullable [] password;

    @Option(names = "--password-file", paramLabel = "FILE", description = "First line: the password.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "First line: an OAuth 2.0 access token, for OAUTHBEARER or XOAUTH2 (default: HIKYAKU_TOKEN, when"
                            + " it is set).")
    private @Nullable Path tokenFile;

    @Option(names = "--authzid", paramLabel = "USER", description = "Act as this other user (rarely wanted).")
    private String authzid = "";

    @Option(
            names = "--mechanism",
            paramLabel = "NAME",
            description = "Use this SASL mechanism instead of the strongest one offered.")
    private @Nullable String mechanism;

    @Option(
            names = "--channel-binding",
            paramLabel = "TYPE",
            description =
                    "For SCRAM-…-PLUS: tls-exporter, tls-unique or tls-server-end-point instead of what belongs to"
                            + " the version of TLS.")
    private @Nullable String binding;

    @Option(
            names = "--allow-clear",
            description = "Hand a password or token over without TLS, where anybody on the way can read it.")
    private boolean allowClear;

    Optional<SaslMechanism> mechanism() {
        if (mechanism == null) {
            return Optional.empty();
        }
        Optional<SaslMechanism> found = SaslMechanism.of(mechanism);
        if (found.isEmpty()) {
            throw new UsageException("There is no mechanism " + mechanism + " here; there are "
                    + Arrays.stream(SaslMechanism.values())
                            .map(SaslMechanism::title)
                            .collect(Collectors.joining(", ")));
        }
        return found;
    }

    Optional<ChannelBinding.Type> binding() {
        if (binding == null) {
            return Optional.empty();
        }
        Optional<ChannelBinding.Type> found = Arrays.stream(ChannelBinding.Type.values())
                .filter(t -> t.title().equals(binding.toLowerCase(Locale.ROOT)))
                .findFirst();
        if (found.isEmpty()) {
            throw new UsageException(
                    "--channel-binding takes tls-exporter, tls-unique or tls-server-end-point, not " + binding);
        }
        return found;
    }

    boolean allowClear() {
        return allowClear;
    }

    /**
     * Who logs in; empty when nobody does.
     *
     * @param certificate whether a client certificate is shown, which can log in alone
     */
    Optional<Credentials> credentials(Environment environment, boolean certificate) {
        Map<String, String> variables = environment.variables();
        String name = user != null ? user : variables.getOrDefault("HIKYAKU_USER", "");
        boolean external = mechanism().filter(m -> m == SaslMechanism.EXTERNAL).isPresent();
        if (external || (name.isEmpty() && certificate && tokenFile == null)) {
            return external || mechanism == null
                    ? Optional.of(Credentials.certificate().actingAs(authzid))
                    : Optional.empty();
        }
        if (tokenFile != null) {
            return Optional.of(
                    Credentials.token(name, SecretFile.firstLine(tokenFile)).actingAs(authzid));
        }
        if (name.isEmpty()) {
            if (password != null || passwordFile != null || mechanism != null) {
                throw new UsageException("say who logs in with --user USER");
            }
            return Optional.empty();
        }
        Optional<SaslMechanism> wanted = mechanism();
        String given = variables.get("HIKYAKU_TOKEN");
        boolean token = password == null
                && passwordFile == null
                && wanted.map(m -> m.proof() == Credentials.Proof.TOKEN)
                        .orElse(!variables.containsKey("HIKYAKU_PASSWORD"));
        if (token && given != null) {
            return Optional.of(
                    Credentials.token(name, Secret.of(given.toCharArray())).actingAs(authzid));
        }
        return Optional.of(
                Credentials.password(name, password(environment, name)).actingAs(authzid));
    }

    private Secret password(Environment environment, String name) {
        if (password != null) {
            return Secret.of(password.clone());
        }
        if (passwordFile != null) {
            return SecretFile.firstLine(passwordFile);
        }
        String variable = environment.variables().get("HIKYAKU_PASSWORD");
        if (variable != null) {
            return Secret.of(variable.toCharArray());
        }
        return Secret.of(environment
                .input()
                .secret("Password of " + name + ": ")
                .orElseThrow(() -> new UsageException("there is no terminal to ask for the password of " + name
                        + "; give it with --password-file FILE or in HIKYAKU_PASSWORD")));
    }
}
