/** Swagger UI brings no types of its own; of its options those that are used. */
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  export default function SwaggerUI(options: {
    readonly url: string;
    readonly dom_id: string;
    readonly tryItOutEnabled: boolean;
    readonly displayRequestDuration: boolean;
    readonly deepLinking: boolean;
    readonly validatorUrl: null;
  }): void;
}
