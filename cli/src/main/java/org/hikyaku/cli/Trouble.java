package org.hikyaku.cli;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hikyaku.net.Addresses;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.LoginOutcome;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.TransactionOutcome;
import org.hikyaku.smtp.sasl.SaslException;
import org.hikyaku.smtp.sasl.SaslOffer;
import org.hikyaku.tls.HandshakeFailure;

/** Why a login or a mail came to nothing: at which layer, what was seen, and what to try next. */
sealed interface Trouble {

    Layer layer();

    /** What was seen, a sentence. */
    String sentence();

    /** What to do next, a sentence. */
    String next();

    /** True when nothing was found out about the server; false when it, or something before it, said no. */
    default boolean undecided() {
        return false;
    }

    /** The name leads nowhere. */
    record NoAddress(String sentence, boolean undecided) implements Trouble {
        @Override
        public Layer layer() {
            return Layer.NAME;
        }

        @Override
        public String next() {
            return "Look at the name with 'hikyaku dns NAME A', or give the server's address.";
        }
    }

    /** Nobody answered, or answered sensibly, at any address. */
    record NotReached(List<Attempt> attempts) implements Trouble {
        /**
         * One address.
         *
         * @param connected whether the TCP connection stood
         */
        record Attempt(SessionOutcome.NotReached outcome, boolean connected) {}

        public NotReached {
            attempts = List.copyOf(attempts);
        }

        /** The attempt that got farthest tells the layer. */
        private Attempt best() {
            return attempts.stream()
                    .reduce((a, b) -> layer(b).compareTo(layer(a)) > 0 ? b : a)
                    .orElseThrow();
        }

        private static Layer layer(Attempt attempt) {
            return switch (attempt.outcome().reason()) {
                case REFUSED -> Layer.REFUSED;
                case NO_ROUTE -> Layer.ROUTE;
                case TIMEOUT -> attempt.connected() ? Layer.GREETING : Layer.ROUTE;
                case BROKEN, TURNED_AWAY, TURNED_AWAY_FOR_NOW, LIMIT -> Layer.GREETING;
            };
        }

        @Override
        public Layer layer() {
            return layer(best());
        }

        @Override
        public boolean undecided() {
            return layer() == Layer.ROUTE;
        }

        @Override
        public String sentence() {
            return attempts.stream()
                    .map(a -> {
                        String where = Addresses.text(a.outcome().address());
                        String what = a.outcome().sentence();
                        return what.contains(where) ? what : where + ": " + what;
                    })
                    .collect(Collectors.joining("; "));
        }

        @Override
        public String next() {
            return switch (layer()) {
                case REFUSED ->
                    "The machine is there, and nothing listens at this port: is it the right port, and does the mail"
                            + " server run? --ports shows which of 25, 465 and 587 are open.";
                case ROUTE ->
                    "Packets get lost: a firewall or the provider swallows them (many networks block port 25, some IPv6"
                            + " transition services other ports). Try 465 or 587, or the other family with -4 or -6;"
                            + " --ports compares them.";
                default ->
                    switch (best().outcome().reason()) {
                        case TURNED_AWAY, TURNED_AWAY_FOR_NOW ->
                            "The server does not want this client now: its words say why; block lists and limits on"
                                    + " connections are the usual reasons.";
                        default ->
                            "Something accepts the connection and does not speak SMTP in clear: on port 465 TLS comes"
                                    + " first (--tls implicit), on 587 and 25 it comes later (--tls starttls).";
                    };
            };
        }
    }

    /** TLS was not to be had. */
    record NoStartTls(Optional<String> refusal) implements Trouble {
        @Override
        public Layer layer() {
            return Layer.STARTTLS;
        }

        @Override
        public String sentence() {
            return refusal.map(r -> "the server offers STARTTLS and then refuses it: \"" + r + "\"")
                    .orElse("the server does not offer STARTTLS");
        }

        @Override
        public String next() {
            return "Use port 465, where TLS comes first. If this server offers STARTTLS to others, something on the way"
                    + " takes it out. --tls none goes on in clear, which anybody on the way can read.";
        }
    }

    /** The handshake failed. */
    record NoHandshake(HandshakeFailure failure) implements Trouble {
        @Override
        public Layer layer() {
            return Layer.TLS;
        }

        @Override
        public String sentence() {
            return failure.sentence();
        }

        @Override
        public String next() {
            return switch (failure.stage()) {
                case NOT_TLS ->
                    "The other side does not speak TLS here: on 587 and 25 it begins with STARTTLS (--tls starttls).";
                default ->
                    "'hikyaku probe' shows what this server offers; --tls-min 1.0 tries versions that are out of use.";
            };
        }
    }

    /** Nobody vouches for the certificate. */
    record Untrusted(String sentence) implements Trouble {
        static Untrusted of(Verdict.Refused refused) {
            // The judge's words are for mail servers among themselves.
            return new Untrusted(refused.sentence().replace("the MX host ", ""));
        }

        @Override
        public Layer layer() {
            return Layer.CERTIFICATE;
        }

        @Override
        public String next() {
            return "If the authority is your own, name it with --ca-file; if the certificate has another name, ask for"
                    + " that with --tls-name. --no-verify goes on although it may be anybody who answers.";
        }
    }

    /** No mechanism fits. */
    record NoMechanism(String sentence, String next) implements Trouble {
        static NoMechanism of(SaslOffer.Choice.NoneFits none, boolean insideTls) {
            return new NoMechanism(
                    none.sentence(),
                    insideTls
                            ? "Look at what is offered with 'hikyaku auth HOST:PORT' and give what it takes: --user with"
                                    + " a password, --token-file, or --client-cert."
                            : "Many servers offer logins inside TLS only: leave --tls none out.");
        }

        static NoMechanism of(SaslOffer.Choice.WouldReveal reveals) {
            return new NoMechanism(
                    "the best that the server takes is " + reveals.mechanism() + ", which hands the password over, and"
                            + " this connection is not encrypted",
                    "Use TLS. --allow-clear does it all the same: everybody on the way then knows the password.");
        }

        @Override
        public Layer layer() {
            return Layer.LOGIN;
        }
    }

    /** The login did not work. */
    record NoLogin(LoginOutcome outcome) implements Trouble {
        @Override
        public Layer layer() {
            return Layer.LOGIN;
        }

        @Override
        public boolean undecided() {
            return outcome instanceof LoginOutcome.Broken;
        }

        @Override
        public String sentence() {
            return switch (outcome) {
                case LoginOutcome.Accepted yes -> "the login is accepted: \"" + yes.reply() + "\"";
                case LoginOutcome.Refused no ->
                    "the server refuses the login: \"" + no.reply() + "\""
                            + no.reason().map(r -> ", because of " + r).orElse("");
                case LoginOutcome.GivenUp gaveUp -> gaveUp.sentence();
                case LoginOutcome.Broken broken -> "the connection ended during the login: " + broken.sentence();
            };
        }

        @Override
        public String next() {
            return switch (outcome) {
                case LoginOutcome.Refused no
                when no.reply().kind() == Reply.Kind.TRANSIENT ->
                    "The server cannot check logins at the moment; try again later, and look into its log.";
                case LoginOutcome.Refused _ ->
                    "Check the user name (the whole address, or only the part before the @?) and the password; try"
                            + " another --mechanism: a server may lack what one of them needs.";
                case LoginOutcome.GivenUp gaveUp
                when gaveUp.kind() == SaslException.Kind.SERVER_NOT_PROVED ->
                    "Do not use this connection: check the certificate, and who answers at this address.";
                case LoginOutcome.GivenUp gaveUp
                when gaveUp.kind() == SaslException.Kind.UNUSABLE ->
                    "Use another password, or --mechanism PLAIN inside TLS.";
                case LoginOutcome.GivenUp _, LoginOutcome.Broken _, LoginOutcome.Accepted _ ->
                    "Try another --mechanism, and look into the server's log.";
            };
        }
    }

    /** The mail was not taken. */
    record NotTaken(TransactionOutcome outcome, boolean loggedIn) implements Trouble {
        @Override
        public Layer layer() {
            return switch (outcome) {
                case TransactionOutcome.SenderRefused _ -> Layer.SENDER;
                case TransactionOutcome.RecipientsRefused _, TransactionOutcome.Taken _ -> Layer.RECIPIENT;
                case TransactionOutcome.ContentRefused _, TransactionOutcome.NotSent _ -> Layer.CONTENT;
                case TransactionOutcome.Broken broken ->
                    switch (broken.at()) {
                        case SENDER -> Layer.SENDER;
                        case RECIPIENT -> Layer.RECIPIENT;
                        case CONTENT -> Layer.CONTENT;
                    };
            };
        }

        @Override
        public boolean undecided() {
            return outcome instanceof TransactionOutcome.Broken;
        }

        @Override
        public String sentence() {
            return switch (outcome) {
                case TransactionOutcome.SenderRefused no -> "the server refuses the sender: \"" + no.reply() + "\"";
                case TransactionOutcome.RecipientsRefused no ->
                    "the server refuses "
                            + (no.refused().size() == 1 ? "the recipient " : "all recipients: ")
                            + answers(no.refused());
                case TransactionOutcome.Taken taken ->
                    "the mail is taken, and not for everybody: " + answers(taken.refused());
                case TransactionOutcome.ContentRefused no -> "the server refuses the mail: \"" + no.reply() + "\"";
                case TransactionOutcome.NotSent not -> not.sentence();
                case TransactionOutcome.Broken broken ->
                    "the connection ended: " + broken.sentence()
                            + (broken.unknown() ? "; whether the mail was taken cannot be known" : "");
            };
        }

        private static String answers(List<TransactionOutcome.Answered> refused) {
            return refused.stream()
                    .map(r -> r.recipient() + ": \"" + r.reply() + "\"")
                    .collect(Collectors.joining("; "));
        }

        @Override
        public String next() {
            return switch (outcome) {
                case TransactionOutcome.SenderRefused _ ->
                    loggedIn
                            ? "This user may not send under this address: give one of its own with --from."
                            : "Log in with --user, or give a sender that this server accepts from outside.";
                case TransactionOutcome.RecipientsRefused _, TransactionOutcome.Taken _ ->
                    loggedIn
                            ? "Check the addresses; the server's words say which rule it goes by."
                            : "Check the addresses. \"Relay access denied\" means that this server takes mail for its"
                                    + " own domains only from those who log in (--user).";
                case TransactionOutcome.ContentRefused _ ->
                    "A filter looked at the mail: the server's words and its log say what it did not like.";
                case TransactionOutcome.NotSent _ -> "Change the mail, or leave the wish out.";
                case TransactionOutcome.Broken broken ->
                    broken.unknown()
                            ? "Ask the recipient before you send it again."
                            : "Try again; a middlebox or a crash of the server ends connections like this.";
            };
        }
    }

    /** A command of the user's own script failed. */
    record CommandRefused(String sentence, boolean undecided) implements Trouble {
        @Override
        public Layer layer() {
            return Layer.COMMAND;
        }

        @Override
        public String next() {
            return "The server's words say why.";
        }
    }
}
