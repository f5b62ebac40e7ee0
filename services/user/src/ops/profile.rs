use crate::domain::shop::mask_shop_phone;
use crate::domain::vault::{Column, Vault};
use crate::error::Error;
use crate::store::stores::StoreRow;
use crate::store::users::UserRow;
use anyhow::Context;
use janchi_crypto::{BusinessNumber, Phone};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// An account as its owner sees it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    /// Masked, `010-****-5678`.
    pub phone_number: String,
    pub role: String,
}

impl UserView {
    /// # Errors
    /// A ciphertext that does not open, or holds no phone.
    pub fn open(vault: &Vault, row: &UserRow) -> Result<Self, Error> {
        let phone = vault.unseal(Column::UserPhone, row.id, &row.phone)?;
        Ok(Self {
            id: row.id,
            name: vault.unseal(Column::UserName, row.id, &row.name)?,
            email: vault.unseal(Column::UserEmail, row.id, &row.email)?,
            phone_number: Phone::parse(&phone)
                .context("a stored phone is no phone")?
                .masked(),
            role: row.role.clone(),
        })
    }
}

/// A shop as its owner sees it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoreView {
    pub id: Uuid,
    pub name: String,
    pub industry: String,
    pub region: String,
    pub address: String,
    /// Masked, `123-**-***90`.
    pub business_number: String,
    pub business_hours: Option<String>,
    pub verification: String,
    /// The shop's own phone, masked; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The verification came from a practice tax office; left out otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub sandbox: bool,
}

impl StoreView {
    /// # Errors
    /// A ciphertext that does not open, or holds no business number.
    pub fn open(vault: &Vault, row: &StoreRow) -> Result<Self, Error> {
        let number = vault.unseal(Column::StoreBusinessNumber, row.id, &row.business_number)?;
        let phone = row
            .phone
            .as_deref()
            .map(|sealed| vault.unseal(Column::StorePhone, row.id, sealed))
            .transpose()?;
        Ok(Self {
            id: row.id,
            name: row.name.clone(),
            industry: row.industry.clone(),
            region: row.region.clone(),
            address: row.address.clone(),
            business_number: BusinessNumber::parse(&number)
                .context("a stored business number is none")?
                .masked(),
            business_hours: row.business_hours.clone(),
            verification: row.verification.clone(),
            phone: phone.as_deref().map(mask_shop_phone),
            sandbox: row.sandbox,
        })
    }
}
