package dev.tollgate.e2e;

/** A route file of an own API as people write it: kamelets one inside the other, the call innermost. */
final class OwnRoute {

    private OwnRoute() {
    }

    /**
     * A route at {@code /name} and below, in a group of the same name.
     *
     * @param kamelets each with its parameters, such as {@code concurrency-action: {name: own, atOnce: 1}}, the outermost first
     */
    static String of(String name, String... kamelets) {
        return inGroup(name, name, kamelets);
    }

    /** The same in the group {@code extra}. */
    static String extra(String name, String... kamelets) {
        return inGroup("extra", name, kamelets);
    }

    private static String inGroup(String group, String name, String... kamelets) {
        String steps = "";
        for (int at = kamelets.length - 1; at >= 0; at--) {
            String[] kamelet = kamelets[at].split(":", 2);
            steps = """
                    - kamelet:
                        name: %s
                        parameters: %s
                    """.formatted(kamelet[0], kamelet[1].strip()) + (steps.isEmpty() ? "" : "    steps:\n" + steps.indent(6));
        }
        return """
                - route:
                    id: %1$s
                    description: A route of a test
                    group: %2$s
                    routeConfigurationId: kit-errors
                    from:
                      uri: platform-http:/%1$s?matchOnUriPrefix=true
                      steps:
                """.formatted(name, group) + steps.indent(8);
    }
}
