import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.Machine;

/**
 * Reads lines of JSON, <code>{"pattern": {…}, "events": [{…}]}</code>, and answers each with one: <code>{"matches": [true]}</code>, or
 * <code>{"refused": "…"}</code> for a pattern that Event Ruler does not take.
 */
public class Matches {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(answer(JSON.readTree(line)));
        }
    }

    private static ObjectNode answer(JsonNode question) throws Exception {
        ObjectNode answer = JSON.createObjectNode();
        Machine machine = Machine.builder().build();
        try {
            machine.addRule("rule", question.get("pattern").toString());
        } catch (Exception refusal) {
            return answer.put("refused", refusal.getMessage());
        }
        for (JsonNode event : question.get("events")) {
            answer.withArray("matches").add(!machine.rulesForJSONEvent(event.toString()).isEmpty());
        }
        return answer;
    }
}
