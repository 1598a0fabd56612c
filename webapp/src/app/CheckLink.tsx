import Button from "@mui/material/Button";
import { texts } from "../texts.ts";

/** To the self-test, beside this page: what is not sent may live in it alone. */
export function CheckLink() {
  return (
    <Button color="inherit" href="/check" target="_blank" rel="noopener">
      {texts.connection.check}
    </Button>
  );
}
