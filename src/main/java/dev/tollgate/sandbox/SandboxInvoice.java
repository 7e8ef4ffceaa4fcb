package dev.tollgate.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the simulated model "reads": of a PDF with uncompressed text the lines {@code label: value}, of anything else
 * made-up values. Every field of the schema is there, and {@code "sandbox": true}, so that nobody takes it for real.
 */
final class SandboxInvoice {

    private static final Pattern TEXT = Pattern.compile("\\(((?:[^()\\\\]|\\\\.)*)\\)\\s*Tj");
    private static final Pattern LABELLED = Pattern.compile("([A-Za-z ]+?)\\s*:\\s*(.+)");
    private static final Pattern LINE = Pattern.compile("(\\d+)\\s*\\|\\s*(.+?)\\s*\\|\\s*(\\d+)\\s*\\|\\s*([\\d.]+)\\s*\\|\\s*([\\d.]+)");

    private static final List<String> FIELDS = List.of("order_no", "invoice_no", "delivery_note", "vehicle_no",
            "transporter", "date", "dealer_name", "pws_no", "company_name", "transaction_type", "transaction_date",
            "due_date", "invoice_miti", "invoice_date", "currency", "total", "tax", "products");
    private static final List<String> PRODUCT_FIELDS = List.of("sno", "sku", "sku_code", "quantity", "shortage",
            "breakage", "leakage", "batch", "rate", "discount", "mrp", "vat", "hscode", "altQty", "unit", "amount");

    private SandboxInvoice() {
    }

    static Map<String, Object> read(byte[] file) {
        Map<String, Object> invoice = new LinkedHashMap<>();
        FIELDS.forEach(field -> invoice.put(field, null));
        List<Map<String, Object>> products = new ArrayList<>();
        invoice.put("products", products);
        Matcher text = TEXT.matcher(new String(file, StandardCharsets.ISO_8859_1));
        while (text.find()) {
            String line = text.group(1).replaceAll("\\\\(.)", "$1");
            Matcher item = LINE.matcher(line);
            Matcher labelled = LABELLED.matcher(line);
            if (item.matches()) {
                products.add(product(item));
            }
            else if (labelled.matches()) {
                String field = labelled.group(1).strip().toLowerCase(Locale.ROOT).replace(' ', '_');
                if (FIELDS.contains(field)) {
                    invoice.put(field, value(field, labelled.group(2).strip()));
                }
            }
        }
        if (invoice.get("invoice_no") == null) {
            invoice.put("invoice_no", "SANDBOX-" + file.length);
            invoice.put("company_name", "Sandbox Trading");
        }
        invoice.put("sandbox", true);
        return invoice;
    }

    private static Object value(String field, String text) {
        return field.equals("total") || field.equals("tax") ? (Object) Double.valueOf(text) : text;
    }

    private static Map<String, Object> product(Matcher item) {
        Map<String, Object> product = new LinkedHashMap<>();
        PRODUCT_FIELDS.forEach(field -> product.put(field, null));
        product.put("sno", Integer.valueOf(item.group(1)));
        product.put("sku", item.group(2));
        product.put("quantity", Integer.valueOf(item.group(3)));
        product.put("rate", Double.valueOf(item.group(4)));
        product.put("amount", Double.valueOf(item.group(5)));
        return product;
    }
}
