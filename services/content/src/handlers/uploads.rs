use crate::domain::file_key::FileKey;
use crate::domain::render::color::Color;
use crate::domain::upload::{FILE_LIMIT, Purpose, take_upload};
use crate::error::Error;
use crate::state::AppState;
use crate::store::owners::{hold_files, is_erased};
use crate::store::uploads::{Upload, insert_upload};
use aide::openapi::{MediaType, RequestBody, SchemaObject};
use aide::operation::set_body;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use bytes::Bytes;
use janchi_web::openapi::{Answer, GenContext, Operation, OperationInput};
use janchi_web::{Json, Owner};
use schemars::{JsonSchema, json_schema};
use serde::Serialize;
use uuid::Uuid;

/// A stored upload.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadView {
    upload_id: Uuid,
    url: String,
    width: i32,
    height: i32,
    /// `LOGO` or `PHOTO`.
    kind: &'static str,
    /// The strongest colour of a logo, `#RRGGBB`.
    color: Option<String>,
}

/// A form with a file. What is no form is refused with this service's own words.
pub struct UploadForm(Multipart);

impl<S: Send + Sync> FromRequest<S> for UploadForm {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let form = Multipart::from_request(request, state).await;
        form.map(Self).map_err(|_| Error::NotMultipart)
    }
}

impl OperationInput for UploadForm {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        let form = json_schema!({
            "type": "object",
            "properties": {
                "file": { "type": "string", "format": "binary" },
                "kind": { "type": "string", "enum": ["LOGO", "PHOTO"], "default": "PHOTO" },
            },
            "required": ["file"],
        });
        let media = MediaType {
            schema: Some(SchemaObject {
                json_schema: form,
                external_docs: None,
                example: None,
            }),
            ..MediaType::default()
        };
        let body = RequestBody {
            content: [("multipart/form-data".to_owned(), media)].into(),
            required: true,
            ..RequestBody::default()
        };
        set_body(context, operation, body);
    }
}

/// `POST /api/content/uploads`: a logo or photo. What is stored is written anew from its pixels.
pub async fn upload_picture(
    State(state): State<AppState>,
    owner: Owner,
    UploadForm(form): UploadForm,
) -> Result<Answer<201, Json<UploadView>>, Error> {
    let (bytes, kind) = read_form(form).await?;
    let picture = state
        .studio
        .run(move |_| take_upload(&bytes))
        .await?
        .map_err(Error::Refused)?;
    let key = FileKey::of(&picture.bytes, picture.format);
    let upload = Upload {
        id: Uuid::now_v7(),
        owner_id: owner.user_id,
        kind,
        color: picture
            .color
            .filter(|_| kind == Purpose::Logo)
            .map(Color::hex),
        file_key: key.to_string(),
        width: i32::try_from(picture.width).unwrap_or(i32::MAX),
        height: i32::try_from(picture.height).unwrap_or(i32::MAX),
        created_at: state.clock.now(),
    };
    let url = state.addresses.file(&upload.file_key);
    let view = UploadView {
        upload_id: upload.id,
        url,
        width: upload.width,
        height: upload.height,
        kind: kind.code(),
        color: upload.color.clone(),
    };
    let mut tx = state.db.begin().await?;
    hold_files(&mut tx).await?;
    if is_erased(&mut *tx, owner.user_id).await? {
        return Err(Error::NotFound);
    }
    state.files.put(&key, &picture.bytes).await?;
    insert_upload(&mut *tx, &upload).await?;
    tx.commit().await?;
    Ok(Answer::new(Json(view)))
}

/// The first part that carries a file, and what it is for; names and declared types are not looked at.
async fn read_form(mut multipart: Multipart) -> Result<(Bytes, Purpose), Error> {
    let (mut file, mut kind) = (None, Purpose::Photo);
    while let Some(part) = multipart.next_field().await.map_err(explain)? {
        if part.file_name().is_none() && part.name() == Some("kind") {
            let code = part.text().await.map_err(explain)?;
            kind = Purpose::from_code(code.trim()).ok_or(Error::NotAPurpose)?;
        } else if file.is_none() && (part.file_name().is_some() || part.name() == Some("file")) {
            let bytes = part.bytes().await.map_err(explain)?;
            if bytes.len() > FILE_LIMIT {
                return Err(Error::FileTooLarge);
            }
            file = Some(bytes);
        }
    }
    match file {
        Some(bytes) if !bytes.is_empty() => Ok((bytes, kind)),
        _ => Err(Error::NoFile),
    }
}

fn explain(error: MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::FileTooLarge
    } else {
        Error::BrokenMultipart
    }
}
